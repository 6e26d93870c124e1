package org.fedoraproject.registry.auth;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks every second whether files changed, so that no request has to. */
@Singleton
public class Watch {
    private static final Logger LOG = Logger.getLogger(Watch.class);

    private static final long LOOK_MILLIS = 1000;

    private final AuthConfig config;
    private final List<Runnable> looks;
    private final List<Future<?>> duties = new ArrayList<>();

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    public Watch(AuthConfig config, Policies policies, Users users, TokenKeys tokenKeys, IssuerKeys issuerKeys) {
        this.config = config;
        this.looks = List.of(policies::look, users::look, tokenKeys::look, issuerKeys::look);
    }

    /** Each on its own, for a place that hangs shall not keep the others waiting. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        if (config.policy().isPresent()) {
            looks.forEach(look -> duties.add(
                    scheduler.scheduleWithFixedDelay(() -> look(look), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS)));
        }
    }

    @PreDestroy
    void stop() {
        duties.forEach(duty -> duty.cancel(true));
    }

    private static void look(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.error("Cannot look for changes; tried again in a second", e); // or there would be no next time
        }
    }
}
