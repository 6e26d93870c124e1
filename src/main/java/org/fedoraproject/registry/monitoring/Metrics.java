package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.auth.Users;
import org.fedoraproject.registry.cdn.Redirects;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.duty.Duty;
import org.fedoraproject.registry.jobs.LastRun;
import org.fedoraproject.registry.jobs.LastRuns;
import org.fedoraproject.registry.limit.LimitKind;
import org.fedoraproject.registry.limit.Limits;
import org.fedoraproject.registry.limit.LongRequests;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.token.IssuerKeys;

/** The registry's own metrics, beside WildFly's metrics of its subsystems. */
@Singleton
public class Metrics {
    /** A gauge keeps none of what it measures. */
    private final BuildInfo build = BuildInfo.read();

    @Inject
    MeterRegistry registry;

    @Inject
    NfsConnectionFactory nfs;

    @Inject
    Redirects redirects;

    @Inject
    Cluster cluster;

    @Inject
    Switches switches;

    @Inject
    CurrentPolicy policies;

    @Inject
    Users users;

    @Inject
    IssuerKeys issuerKeys;

    @Inject
    AuditLog audit;

    @Inject
    Limits limits;

    @Inject
    LongRequests longRequests;

    @Inject
    Duties duties;

    @Inject
    LastRuns lastRuns;

    /**
     * Registers all meters, by methods of the meter registry: meters from builders are never removed from WildFly 39's
     * registry for deployments (WFLY-21061).
     */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        List<Tag> none = List.of();
        registry.gauge(
                "registry.build.info",
                List.of(Tag.of("version", build.version()), Tag.of("revision", build.revision())),
                build,
                now -> 1);
        registry.gauge(
                "registry.nfs.connections.used",
                none,
                nfs,
                pool -> pool.statistics().inUse());
        registry.gauge(
                "registry.nfs.connections.max",
                none,
                nfs,
                pool -> pool.statistics().maxConnections());
        registry.gauge(
                "registry.nfs.connections.waiting",
                none,
                nfs,
                pool -> pool.statistics().waiting());
        registry.gauge(
                "registry.nfs.usable",
                none,
                nfs,
                pool -> pool.statistics().fault().isEmpty() ? 1 : 0);
        registry.gauge(
                "registry.nfs.writable",
                none,
                nfs,
                pool -> pool.statistics().unwritable().isEmpty() ? 1 : 0);
        registry.gauge(
                "registry.nfs.clock.skew.seconds",
                none,
                nfs,
                pool -> pool.statistics().skew().toMillis() / 1000.0);
        registry.more()
                .counter(
                        "registry.nfs.connections.refused",
                        none,
                        nfs,
                        pool -> pool.statistics().refused());
        registry.gauge("registry.cdn.redirecting", none, redirects, now -> now.state() == Redirects.State.ON ? 1 : 0);
        registry.gauge(
                "registry.cluster.members", none, cluster, now -> now.members().size());
        registry.gauge("registry.cluster.first", none, cluster, now -> now.isFirst() ? 1 : 0);
        registry.gauge("registry.auth.policy.current", none, policies, now -> now.isCurrent() ? 1 : 0);
        registry.gauge("registry.auth.passwords.current", none, users, now -> now.isCurrent() ? 1 : 0);
        registry.gauge("registry.auth.issuer.keys.current", none, issuerKeys, now -> now.isCurrent() ? 1 : 0);
        for (DenialReason why : DenialReason.values()) {
            registry.more()
                    .counter(
                            "registry.auth.refusals",
                            List.of(Tag.of("reason", why.name().toLowerCase(Locale.ROOT))),
                            audit,
                            now -> now.count(why));
        }
        for (LimitKind limit : LimitKind.values()) {
            registry.more()
                    .counter(
                            "registry.http.refusals",
                            List.of(Tag.of("limit", limit.name().toLowerCase(Locale.ROOT))),
                            limits,
                            now -> now.count(limit));
        }
        registry.gauge("registry.http.long.requests", none, longRequests, LongRequests::count);
        duties.addListener(this::measure);
        measure("collect", LastRuns::collection);
        measure("scrub", LastRuns::scrub);
        registry.gauge("registry.read.only", none, switches, now -> now.isOn(Switch.READ_ONLY) ? 1 : 0);
        registry.more().counter("registry.cdn.redirects", none, redirects, Redirects::count);
    }

    private void measure(String job, Function<LastRuns, Optional<LastRun>> last) {
        measure("registry.job.last.end.seconds", job, last, run -> run.end().toEpochMilli() / 1000.0);
        measure("registry.job.last.completed", job, last, run -> run.status().equals("COMPLETED") ? 1 : 0);
        measure("registry.job.last.problems", job, last, LastRun::problems);
        measure("registry.job.last.freed.bytes", job, last, LastRun::freedBytes);
    }

    private void measure(
            String name, String job, Function<LastRuns, Optional<LastRun>> last, ToDoubleFunction<LastRun> figure) {
        registry.gauge(
                name,
                List.of(Tag.of("job", job)),
                lastRuns,
                now -> last.apply(now).map(figure::applyAsDouble).orElse(0.0));
    }

    private void measure(Duty duty) {
        List<Tag> which = List.of(Tag.of("duty", duty.name()));
        registry.gauge(
                "registry.duty.last.success.seconds",
                which,
                duty,
                now -> now.lastSuccess().toEpochMilli() / 1000.0);
        registry.gauge(
                "registry.duty.last.run.seconds",
                which,
                duty,
                now -> now.lastDuration().toMillis() / 1000.0);
        registry.more().counter("registry.duty.failures", which, duty, Duty::failures);
    }
}
