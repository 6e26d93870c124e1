package org.fedoraproject.registry.cdn;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.fedoraproject.registry.duty.Duties;
import org.jboss.logging.Logger;

/**
 * Checks periodically whether the CDN is up, with a HEAD of its {@code /v2/}; every status below 500 counts as up. The
 * CDN is considered down after {@value #FAILURES} failures in a row, and up after {@value #SUCCESSES} successes.
 */
@Singleton
public class CdnProbe {
    static final int FAILURES = 2;
    static final int SUCCESSES = 2;

    private static final Logger LOG = Logger.getLogger(CdnProbe.class);

    private final CdnConfig config;
    private final HttpClient client;
    private volatile boolean up = true;
    private int contrary;

    @Inject
    public CdnProbe(CdnConfig config) {
        this.config = config;
        this.client = HttpClient.newBuilder()
                .connectTimeout(config.probeTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (config.url().isPresent() && config.probe()) {
            duties.start("cdn-probe", config.probeInterval(), config.probeInterval(), this::probe);
        }
    }

    @PreDestroy
    void stop() {
        client.shutdownNow();
    }

    /** Whether blobs may be redirected to the CDN. */
    public boolean isUp() {
        return up;
    }

    private void probe() throws InterruptedException {
        URI target = URI.create(config.base().orElseThrow() + "/v2/");
        try {
            HttpRequest head = HttpRequest.newBuilder(target)
                    .timeout(config.probeTimeout())
                    .HEAD()
                    .build();
            int status =
                    client.send(head, HttpResponse.BodyHandlers.discarding()).statusCode();
            record(status < 500, "it answers " + status);
        } catch (IOException e) {
            record(false, e.toString());
        }
    }

    /** Records the result of one probe. */
    void record(boolean answered, String how) {
        contrary = answered == up ? 0 : contrary + 1;
        if (contrary < (up ? FAILURES : SUCCESSES)) {
            return;
        }
        contrary = 0;
        up = answered;
        if (up) {
            LOG.infof("The CDN is up again (%s): blobs are redirected", how);
        } else {
            LOG.warnf("The CDN is down (%s): blobs are served from here", how);
        }
    }
}
