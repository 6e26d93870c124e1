package org.fedoraproject.registry.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.gc.GraceTime;

/** Tells the collections of other instances how long this one relies on what it tells its clients. */
@Singleton
public class GraceDuty {
    void start(@Observes @Initialized(ApplicationScoped.class) Object event, GraceTime grace, Duties duties) {
        duties.start("grace-time", Duration.ZERO, GraceTime.PAUSE, grace::tell);
    }
}
