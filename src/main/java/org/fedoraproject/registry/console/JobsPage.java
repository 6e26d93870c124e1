package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.jobs.Executions;
import org.fedoraproject.registry.jobs.Executions.Execution;
import org.fedoraproject.registry.jobs.Progress;
import org.fedoraproject.registry.jobs.Reports;
import org.fedoraproject.registry.jobs.RunningJobs;
import org.fedoraproject.registry.page.Link;

/** The jobs: what runs, what has run, and buttons to start and stop them. */
@Singleton
class JobsPage implements ConsolePage {
    private static final int SHOWN = 5;
    private static final Map<String, String> TITLES =
            Map.of("collect", "Collection", "retain", "Retention", "scrub", "Scrub");

    private final Executions executions;
    private final RunningJobs jobs;
    private final Reports reports;
    private final Cluster cluster;

    @Inject
    JobsPage(Executions executions, RunningJobs jobs, Reports reports, Cluster cluster) {
        this.executions = executions;
        this.jobs = jobs;
        this.reports = reports;
        this.cluster = cluster;
    }

    @Override
    public Place place() {
        return Place.JOBS;
    }

    @Override
    public boolean isFor(Visit visit) {
        return visit.operates();
    }

    @Override
    public Sheet show(Visit visit) {
        List<Part> parts = new ArrayList<>();
        String where = cluster.members().size() == 1 ? "this instance" : cluster.self() + ", which has made this page";
        parts.add(new Part.Text(
                "A job that you start runs on " + where + ". The tables show the runs of all instances."));
        parts.add(new Part.Links(List.of(new Link(Place.JOBS.path(), "Refresh", false))));
        boolean live = false;
        for (String job : Executions.JOBS) {
            Optional<Progress> progress = jobs.progress(job);
            boolean running = progress.isPresent();
            live |= running;
            parts.add(table(job, progress));
            parts.add(new Part.Buttons(
                    running
                            ? List.of(Form.of(Command.STOP_JOB, "Stop", "job", job))
                            : List.of(
                                    Form.of(Command.START_JOB, "Start a dry run", "job", job, "dry-run", "true"),
                                    Form.of(Command.START_JOB, "Start", "job", job, "dry-run", "false")
                                            .dangerous())));
        }
        return new Sheet(200, "Jobs", live, parts);
    }

    private Part table(String job, Optional<Progress> progress) {
        List<List<Cell>> rows = Stream.of(
                        progress.stream().map(this::row),
                        executions.list(job, 1).stream()
                                .filter(JobsPage::isRefused)
                                .map(JobsPage::row),
                        reports.list(job, SHOWN).stream().map(JobsPage::row))
                .flatMap(part -> part)
                .toList();
        return new Part.Table(
                TITLES.get(job),
                List.of("Began", "Took", "Kind", "Status"),
                rows,
                "It has not run yet. Start a dry run to see what it would do.");
    }

    /** Such a run leaves no report. */
    private static boolean isRefused(Execution of) {
        return of.words().startsWith("REFUSED");
    }

    private List<Cell> row(Progress of) {
        return List.of(
                new Cell.Time(of.begin()),
                Cell.text(cluster.members().size() == 1 ? "runs" : "runs on " + of.instance()),
                Cell.text(kind(of.dryRun())),
                Cell.text(of.words().isEmpty() ? "It begins." : of.words()));
    }

    private static List<Cell> row(Execution of) {
        return List.of(new Cell.Time(of.begin()), Cell.text(""), Cell.text(kind(of.dryRun())), Cell.text(of.words()));
    }

    private static List<Cell> row(Reports.Report of) {
        String figures = of.figures().entrySet().stream()
                .filter(each -> each.getValue() != 0)
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        String problems = of.problems().isEmpty() ? "" : "; " + String.join("; ", of.problems());
        return List.of(
                new Cell.Time(of.begin()),
                Cell.text(words(Duration.between(of.begin(), of.end()))),
                Cell.text(kind(of.dryRun())),
                Cell.text(of.status()
                        + (of.reason().isEmpty() ? "" : ": " + of.reason())
                        + (figures.isEmpty() ? "" : "; " + figures)
                        + problems));
    }

    private static String words(Duration took) {
        return took.toMinutes() < 2
                ? took.toSeconds() + " s"
                : took.toHours() < 2 ? took.toMinutes() + " min" : took.toHours() + " h";
    }

    private static String kind(boolean dryRun) {
        return dryRun ? "dry run" : "run";
    }
}
