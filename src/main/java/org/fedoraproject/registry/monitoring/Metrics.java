package org.fedoraproject.registry.monitoring;

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
import org.fedoraproject.registry.auth.Authenticator;
import org.fedoraproject.registry.auth.Credential;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.auth.Users;
import org.fedoraproject.registry.cdn.DirectReason;
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
import org.fedoraproject.registry.nfs.NfsStatistics;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.repository.Uploads;
import org.fedoraproject.registry.token.IssuerKeys;

/** The registry's own metrics, beside WildFly's metrics of its subsystems. */
@Singleton
public class Metrics {
    private final BuildInfo build = BuildInfo.read();

    private final Meters meters;

    @Inject
    public Metrics(Meters meters) {
        this.meters = meters;
    }

    void measureServer(
            @Observes @Initialized(ApplicationScoped.class) Object event, Cluster cluster, Switches switches) {
        List<Tag> version = List.of(Tag.of("version", build.version()), Tag.of("revision", build.revision()));
        meters.gauge("registry.build.info", "1, with the version and the commit that run", version, build, now -> 1);
        meters.flag(
                "registry.read.only",
                "1 while pushes and deletes are refused",
                switches,
                now -> now.isOn(Switch.READ_ONLY));
        meters.gauge(
                "registry.cluster.members",
                "Instances in the cluster",
                cluster,
                now -> now.members().size());
        meters.flag("registry.cluster.first", "1 on the instance that runs the jobs", cluster, Cluster::isFirst);
    }

    void measureCdn(@Observes @Initialized(ApplicationScoped.class) Object event, Redirects redirects) {
        meters.flag(
                "registry.cdn.redirecting",
                "1 while GETs of blobs are redirected to the CDN",
                redirects,
                now -> now.state() == Redirects.State.ON);
        meters.counter(
                "registry.cdn.redirects",
                "GETs of blobs redirected to the CDN",
                List.of(),
                redirects,
                Redirects::count);
        for (DirectReason why : DirectReason.values()) {
            meters.counter(
                    "registry.cdn.fallbacks",
                    "GETs of blobs that were answered here although there is a CDN, by the reason",
                    label("reason", why),
                    redirects,
                    now -> now.count(why));
        }
    }

    void measurePool(@Observes @Initialized(ApplicationScoped.class) Object event, NfsConnectionFactory nfs) {
        measure("registry.nfs.connections.used", "Connections to the share in use", nfs, NfsStatistics::inUse);
        measure("registry.nfs.connections.max", "Connections to the share at most", nfs, NfsStatistics::maxConnections);
        measure(
                "registry.nfs.connections.waiting",
                "Requests that wait for a connection to the share",
                nfs,
                NfsStatistics::waiting);
        meters.counter(
                "registry.nfs.connections.refused",
                "Requests that got no connection to the share",
                List.of(),
                nfs,
                pool -> pool.statistics().refused());
    }

    void measureShare(@Observes @Initialized(ApplicationScoped.class) Object event, NfsConnectionFactory nfs) {
        meters.flag(
                "registry.nfs.usable",
                "1 while the share answers",
                nfs,
                pool -> pool.statistics().fault().isEmpty());
        meters.flag(
                "registry.nfs.writable",
                "1 while the share takes writes",
                nfs,
                pool -> pool.statistics().unwritable().isEmpty());
        measure(
                "registry.storage.size.bytes",
                "Size of the share",
                nfs,
                share -> share.space().total());
        measure(
                "registry.storage.free.bytes",
                "Free space of the share",
                nfs,
                share -> share.space().free());
        measure(
                "registry.nfs.clock.skew.seconds",
                "How far the file server's clock is ahead of this host's",
                nfs,
                share -> share.skew().toMillis() / 1000.0);
    }

    private void measure(String name, String help, NfsConnectionFactory nfs, ToDoubleFunction<NfsStatistics> figure) {
        meters.gauge(name, help, nfs, pool -> figure.applyAsDouble(pool.statistics()));
    }

    void measureFiles(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            CurrentPolicy policies,
            Users users,
            IssuerKeys issuerKeys) {
        meters.flag(
                "registry.auth.policy.current",
                "1 while the policy in force is the one of the file",
                policies,
                CurrentPolicy::isCurrent);
        meters.flag(
                "registry.auth.passwords.current",
                "1 while the passwords in force are those of the file",
                users,
                Users::isCurrent);
        meters.flag(
                "registry.auth.issuer.keys.current",
                "1 while the other issuer's keys in force are current: read in time, and in a valid form",
                issuerKeys,
                IssuerKeys::isCurrent);
    }

    void measureCallers(
            @Observes @Initialized(ApplicationScoped.class) Object event, Authenticator authenticator, AuditLog audit) {
        for (Credential by : Credential.values()) {
            meters.counter(
                    "registry.auth.identified",
                    "Requests whose caller was identified, by what identified the caller",
                    label("credential", by),
                    authenticator,
                    now -> now.count(by));
        }
        for (DenialReason why : DenialReason.values()) {
            meters.counter(
                    "registry.auth.refusals",
                    "Requests refused because of their credentials or the policy",
                    label("reason", why),
                    audit,
                    now -> now.count(why));
        }
    }

    void measureLimits(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            Limits limits,
            LongRequests longRequests,
            Uploads uploads) {
        for (LimitKind limit : LimitKind.values()) {
            meters.counter(
                    "registry.http.refusals",
                    "Requests refused because of a limit",
                    label("limit", limit),
                    limits,
                    now -> now.count(limit));
        }
        meters.gauge(
                "registry.http.long.requests",
                "Requests under way for which a thread may have to wait, such as uploads",
                longRequests,
                LongRequests::count);
        meters.gauge(
                "registry.http.uploads",
                "Uploads under way: blobs of which bytes are being received",
                uploads,
                Uploads::underWay);
    }

    private static List<Tag> label(String name, Enum<?> value) {
        return List.of(Tag.of(name, value.name().toLowerCase(Locale.ROOT)));
    }

    void measureWork(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties, LastRuns lastRuns) {
        duties.addListener(this::measure);
        measure("collect", lastRuns, LastRuns::collection);
        measure("retain", lastRuns, LastRuns::retention);
        measure("scrub", lastRuns, LastRuns::scrub);
    }

    private void measure(String job, LastRuns lastRuns, Function<LastRuns, Optional<LastRun>> last) {
        measure(
                "end.seconds",
                "Time since 1970 at which the last run of a job ended",
                job,
                lastRuns,
                last,
                run -> run.end().toEpochMilli() / 1000.0);
        measure(
                "completed",
                "1 if the last run of a job completed",
                job,
                lastRuns,
                last,
                run -> run.status().equals("COMPLETED") ? 1 : 0);
        measure("problems", "Problems that the last run of a job found", job, lastRuns, last, LastRun::problems);
        measure("repaired", "Blobs that the last scrub repaired", job, lastRuns, last, LastRun::repaired);
        measure("freed.bytes", "Bytes that the last run of a job freed", job, lastRuns, last, LastRun::freedBytes);
    }

    private void measure(
            String name,
            String help,
            String job,
            LastRuns lastRuns,
            Function<LastRuns, Optional<LastRun>> last,
            ToDoubleFunction<LastRun> figure) {
        meters.gauge(
                "registry.job.last." + name,
                help,
                List.of(Tag.of("job", job)),
                lastRuns,
                now -> last.apply(now).map(figure::applyAsDouble).orElse(0.0));
    }

    private void measure(Duty duty) {
        List<Tag> which = List.of(Tag.of("duty", duty.name()));
        meters.gauge(
                "registry.duty.last.success.seconds",
                "Time since 1970 at which repeated work last succeeded",
                which,
                duty,
                now -> now.lastSuccess().toEpochMilli() / 1000.0);
        meters.gauge(
                "registry.duty.last.run.seconds",
                "Time that repeated work last took",
                which,
                duty,
                now -> now.lastDuration().toMillis() / 1000.0);
        meters.counter("registry.duty.failures", "Failures of repeated work", which, duty, Duty::failures);
    }
}
