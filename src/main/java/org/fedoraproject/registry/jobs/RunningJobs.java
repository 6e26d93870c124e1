package org.fedoraproject.registry.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.jobs.Executions.Execution;
import org.fedoraproject.registry.store.CollectionFiles;
import org.fedoraproject.registry.store.JobFiles;
import org.fedoraproject.registry.store.RetentionStore;
import org.fedoraproject.registry.store.ScrubFiles;

/**
 * What runs on any instance. The instance of a job writes how far it is to the share, and looks there whether a person
 * has asked another instance to stop it. Without a job, nothing is read or written.
 */
@Singleton
public class RunningJobs {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final String PROGRESS = "progress";
    private static final String STOP = "stop";

    private final Executions executions;
    private final Supplier<String> self;
    private final Map<String, JobFiles> files;
    private final String process = UUID.randomUUID().toString();
    /** Jobs whose progress is on the share. */
    private final Set<String> told = new HashSet<>();

    @Inject
    public RunningJobs(
            Executions executions,
            Cluster cluster,
            CollectionFiles collections,
            RetentionStore retentions,
            ScrubFiles scrubs) {
        this(executions, cluster::self, collections, retentions, scrubs);
    }

    RunningJobs(
            Executions executions,
            Supplier<String> self,
            CollectionFiles collections,
            RetentionStore retentions,
            ScrubFiles scrubs) {
        this.executions = executions;
        this.self = self;
        this.files = Map.of("collect", collections, "retain", retentions, "scrub", scrubs);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        duties.start("job-progress", PAUSE, PAUSE, this::tell);
    }

    /** How far a job is, on whatever instance it runs; empty if it runs nowhere. */
    public Optional<Progress> progress(String job) {
        Optional<Progress> here = here(job);
        return here.isPresent()
                ? here
                : files.get(job)
                        .text(PROGRESS)
                        .flatMap(Progress::parse)
                        .filter(each -> !each.process().equals(process) && each.isFresh(Instant.now()));
    }

    /** Asks a job to stop, on whatever instance it runs. It ends within some seconds. */
    public void stop(String job) {
        if (!executions.stop(job) && progress(job).isPresent()) {
            files.get(job).put(STOP, process);
        }
    }

    private Optional<Progress> here(String job) {
        return executions.list(job, 1).stream()
                .filter(Execution::running)
                .map(of -> new Progress(process, self.get(), of.begin(), of.dryRun(), of.words(), Instant.now()))
                .findFirst();
    }

    void tell() {
        for (String job : Executions.JOBS) {
            JobFiles of = files.get(job);
            Optional<Progress> here = here(job);
            if (here.isPresent()) {
                if (told.add(job)) {
                    of.delete(STOP); // it was for a run before this one
                } else if (of.text(STOP).isPresent()) {
                    of.delete(STOP);
                    executions.stop(job);
                }
                of.put(PROGRESS, here.get().toJson());
            } else if (told.remove(job)) {
                of.delete(PROGRESS);
                of.delete(STOP);
            }
        }
    }
}
