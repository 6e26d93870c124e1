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
import java.util.function.Predicate;
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

/**
 * The registry's own metrics, beside WildFly's metrics of its subsystems. Registers all meters at the start, by methods
 * of the meter registry: meters from builders are never removed from WildFly 39's registry for deployments (WFLY-21061).
 */
@Singleton
public class Metrics {
    /** A gauge keeps none of what it measures. */
    private final BuildInfo build = BuildInfo.read();

    private final MeterRegistry registry;

    @Inject
    public Metrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void measureServer(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            Cluster cluster,
            Switches switches,
            Redirects redirects) {
        List<Tag> version = List.of(Tag.of("version", build.version()), Tag.of("revision", build.revision()));
        registry.gauge("registry.build.info", version, build, now -> 1);
        flag("registry.read.only", switches, now -> now.isOn(Switch.READ_ONLY));
        gauge("registry.cluster.members", cluster, now -> now.members().size());
        flag("registry.cluster.first", cluster, Cluster::isFirst);
        flag("registry.cdn.redirecting", redirects, now -> now.state() == Redirects.State.ON);
        counter("registry.cdn.redirects", List.of(), redirects, Redirects::count);
    }

    void measureStorage(@Observes @Initialized(ApplicationScoped.class) Object event, NfsConnectionFactory nfs) {
        gauge("registry.nfs.connections.used", nfs, pool -> pool.statistics().inUse());
        gauge("registry.nfs.connections.max", nfs, pool -> pool.statistics().maxConnections());
        gauge("registry.nfs.connections.waiting", nfs, pool -> pool.statistics().waiting());
        counter(
                "registry.nfs.connections.refused",
                List.of(),
                nfs,
                pool -> pool.statistics().refused());
        flag("registry.nfs.usable", nfs, pool -> pool.statistics().fault().isEmpty());
        flag(
                "registry.nfs.writable",
                nfs,
                pool -> pool.statistics().unwritable().isEmpty());
        gauge(
                "registry.nfs.clock.skew.seconds",
                nfs,
                pool -> pool.statistics().skew().toMillis() / 1000.0);
    }

    void measureAccess(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            CurrentPolicy policies,
            Users users,
            IssuerKeys issuerKeys,
            AuditLog audit) {
        flag("registry.auth.policy.current", policies, CurrentPolicy::isCurrent);
        flag("registry.auth.passwords.current", users, Users::isCurrent);
        flag("registry.auth.issuer.keys.current", issuerKeys, IssuerKeys::isCurrent);
        for (DenialReason why : DenialReason.values()) {
            counter("registry.auth.refusals", label("reason", why), audit, now -> now.count(why));
        }
    }

    void measureLimits(
            @Observes @Initialized(ApplicationScoped.class) Object event, Limits limits, LongRequests longRequests) {
        for (LimitKind limit : LimitKind.values()) {
            counter("registry.http.refusals", label("limit", limit), limits, now -> now.count(limit));
        }
        gauge("registry.http.long.requests", longRequests, LongRequests::count);
    }

    private static List<Tag> label(String name, Enum<?> value) {
        return List.of(Tag.of(name, value.name().toLowerCase(Locale.ROOT)));
    }

    private <T> void gauge(String name, T source, ToDoubleFunction<T> figure) {
        registry.gauge(name, List.of(), source, figure);
    }

    private <T> void flag(String name, T source, Predicate<T> holds) {
        gauge(name, source, now -> holds.test(now) ? 1 : 0);
    }

    private <T> void counter(String name, List<Tag> tags, T source, ToDoubleFunction<T> figure) {
        registry.more().counter(name, tags, source, figure);
    }

    void measureWork(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties, LastRuns lastRuns) {
        duties.addListener(this::measure);
        measure("collect", lastRuns, LastRuns::collection);
        measure("retain", lastRuns, LastRuns::retention);
        measure("scrub", lastRuns, LastRuns::scrub);
    }

    private void measure(String job, LastRuns lastRuns, Function<LastRuns, Optional<LastRun>> last) {
        measure(
                "registry.job.last.end.seconds",
                job,
                lastRuns,
                last,
                run -> run.end().toEpochMilli() / 1000.0);
        measure(
                "registry.job.last.completed",
                job,
                lastRuns,
                last,
                run -> run.status().equals("COMPLETED") ? 1 : 0);
        measure("registry.job.last.problems", job, lastRuns, last, LastRun::problems);
        measure("registry.job.last.repaired", job, lastRuns, last, LastRun::repaired);
        measure("registry.job.last.freed.bytes", job, lastRuns, last, LastRun::freedBytes);
    }

    private void measure(
            String name,
            String job,
            LastRuns lastRuns,
            Function<LastRuns, Optional<LastRun>> last,
            ToDoubleFunction<LastRun> figure) {
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
