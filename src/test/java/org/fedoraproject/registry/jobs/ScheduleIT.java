package org.fedoraproject.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Jobs that run by themselves, and jobs on two instances with one tree. */
class ScheduleIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String OLD = "{\"created\":\"2020-01-01T00:00:00Z\"}";

    private static Path work;
    private static Path root;
    private static ServerProcess scheduled;
    private static ServerProcess other;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("schedule");
        root = work.resolve("root");
        Path rules = Files.writeString(work.resolve("rules"), "delete ** * older-than P30D\n");
        LocalTime now = LocalTime.now(ZoneId.systemDefault()).withSecond(0).withNano(0);
        scheduled = new ServerProcess(
                work.resolve("scheduled"),
                root,
                "-Dregistry.retention.rules=" + rules,
                "-Dregistry.gc.enabled=true",
                "-Dregistry.jobs.scrub-interval=PT2S",
                "-Dregistry.jobs.scrub-window=" + now.minusHours(1) + "-" + now.plusHours(2),
                "-Dregistry.jobs.collect-interval=PT1S",
                "-Dregistry.jobs.collect-window=" + now.plusHours(3) + "-" + now.plusHours(4));
        other = new ServerProcess(work.resolve("other"), root, "-Dregistry.retention.rules=" + rules);
    }

    @AfterAll
    static void stop() throws Exception {
        if (other != null) {
            other.close();
        }
        if (scheduled != null) {
            scheduled.close();
        }
    }

    @Test
    void jobsRunInTheirWindowAndNotOutside() {
        Await.until("two scrubs", SOON, () -> count(scheduled, "Job scrub: DONE") >= 2);

        assertThat(count(scheduled, "Job collect")).isZero();
        assertThat(root.resolve(".gc/reports")).doesNotExist();
    }

    @Test
    void retentionOnTwoInstancesAtOnceDeletesEachTagOnce() throws Exception {
        try (RegistryClient client = scheduled.client()) {
            Digest config = client.pushBlob("library/old", OLD.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 20; i++) {
                client.pushManifest("library/old", "t" + i, Content.image(config, config));
            }
            Digest young = client.pushBlob("library/old", bytes("{\"created\":\"2999-01-01T00:00:00Z\"}"));
            client.pushManifest("library/old", "young", Content.image(young));

            CompletableFuture<Command.Result> first = script("retain", scheduled);
            Command.Result second = script("retain", other).get();

            assertThat(first.get().status()).as(first.get().err()).isZero();
            assertThat(second.status()).as(second.err()).isZero();
            assertThat(deleted(first.get()) + deleted(second)).isEqualTo(20);
            assertThat(new String(client.get("/v2/library/old/tags/list").body(), StandardCharsets.UTF_8))
                    .contains("[\"young\"]");
        }
    }

    @Test
    void aSecondScrubIsRefusedOnAnotherInstance() throws Exception {
        try (RegistryClient client = other.client()) {
            client.pushBlob("library/large", Content.random(20_000_000));
        }
        CompletableFuture<Command.Result> slow = script("scrub", other, "--rate=200000");
        Await.until("it runs, or was refused", SOON, () -> slow.isDone() || isScrubbing(other));
        Command.Result second = script("scrub", scheduled).get();
        Command.Result stop = script("scrub", other, "--stop").get();

        // Of these and those of the schedule, one runs at a time
        assertThat(List.of(slow.get().status(), second.status())).contains(4);
        assertThat(stop.status()).as(stop.err()).isZero();
        assertThat(slow.get().status()).as("refused or stopped").isIn(4, 5);
    }

    private static boolean isScrubbing(ServerProcess server) throws IOException {
        for (int id = 1; id < 10; id++) { // the executions of all jobs since its start
            Optional<String> status = server.management()
                    .attribute(
                            "batch-status",
                            List.of(
                                    Map.entry("deployment", "registry.war"),
                                    Map.entry("subsystem", "batch-jberet"),
                                    Map.entry("job", "scrub"),
                                    Map.entry("execution", String.valueOf(id))));
            if (status.filter("STARTED"::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static long deleted(Command.Result result) {
        return Long.parseLong(result.out().replaceFirst("(?s)DONE: ([0-9]+) of .*", "$1"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long count(ServerProcess server, String text) {
        try (Stream<String> lines = Files.lines(server.log())) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletableFuture<Command.Result> script(String name, ServerProcess server, String... options) {
        List<String> line = Stream.concat(
                        Stream.of(
                                Path.of("ops", name).toAbsolutePath().toString(),
                                "--controller=" + server.managementPort()),
                        Stream.of(options))
                .toList();
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new Command(work, Map.of("JAVA_HOME", System.getProperty("java.home")), line).attempt();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread); // the common pool has one thread on a machine with two cores
    }
}
