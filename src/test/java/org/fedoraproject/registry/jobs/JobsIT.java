package org.fedoraproject.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** Jobs on a real server, as administrators run them. */
class JobsIT {
    private static final String BATCH = "/deployment=registry.war/subsystem=batch-jberet";
    private static final Pattern RESULT = Pattern.compile("\"result\" => ([0-9]+)L?");
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int SIZE = 3_000_000;

    private static Path work;
    private static Path root;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("jobs");
        root = work.resolve("root");
        server = new ServerProcess(work.resolve("server"), root);
        try (RegistryClient client = server.client()) {
            for (int i = 0; i < 3; i++) {
                String name = "library/image" + i;
                Digest config = client.pushBlob(name, Content.random(SIZE + i));
                client.pushManifest(name, "latest", Content.image(config));
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void jobsAreListedStartedStoppedAndRestarted() throws Exception {
        assertThat(server.cli(BATCH + ":read-attribute(name=job-xml-names)")).contains("collect.xml", "scrub.xml");

        long slow = startJob("scrub", "bytes-per-second=50000,dry-run=true");
        awaitStatus("scrub", slow, "STARTED");
        server.cli(BATCH + ":stop-job(execution-id=" + slow + ")");
        awaitStatus("scrub", slow, "STOPPED");
        assertThat(execution("scrub", slow)).contains("STOPPED: it was told to stop");

        String restarted = server.cli(BATCH + ":restart-job(execution-id=" + slow + ")");
        long second = number(restarted);
        awaitStatus("scrub", second, "COMPLETED", "STARTED");
        server.cli(BATCH + "/job=scrub:read-resource(recursive=true,include-runtime=true)");
        if (execution("scrub", second).contains("STARTED")) {
            server.cli(BATCH + ":stop-job(execution-id=" + second + ")");
            awaitStatus("scrub", second, "STOPPED", "COMPLETED");
        }
    }

    @Test
    void mistakeInAParameterIsNamed() throws Exception {
        long job = startJob("scrub", "dry-run=perhaps");

        awaitStatus("scrub", job, "FAILED");
        Await.until( // the server may forget an execution for a moment when it ends
                "the exit status says why",
                SOON,
                () -> attribute("scrub", job, "exit-status")
                        .filter(status -> status.contains("REFUSED: dry-run is neither true nor false: perhaps"))
                        .isPresent());
    }

    @Test
    void collectionIsAJobToo() throws Exception {
        long job = startJob("collect", "dry-run=true");

        awaitStatus("collect", job, "COMPLETED", "FAILED");
    }

    /** In the middle of a scrub. */
    @Test
    void scrubOfAKilledServerIsContinued() throws Exception {
        startJob("scrub", "bytes-per-second=800000");
        Await.until(
                "a checkpoint after the first blob",
                SOON,
                () -> Files.exists(root.resolve(".scrub/state"))
                        && Files.readString(root.resolve(".scrub/state")).contains("\"position\":\"blobs sha256"));
        String id = id(Files.readString(root.resolve(".scrub/state")));
        server.kill();
        server.start();

        Command.Result result = script("scrub", "--rate=100000000");

        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out()).contains("DONE: 0 problems in");
        assertThat(Files.readString(root.resolve(".scrub/report-" + id + ".json")))
                .contains("\"status\":\"COMPLETED\"");
    }

    @Test
    void corruptBlobIsNotServedUntilItIsPushedAgain() throws Exception {
        byte[] content = Content.random(100_000);
        try (RegistryClient client = server.client()) {
            Digest digest = client.pushBlob("library/corrupt", content);
            String url = "/v2/library/corrupt/blobs/" + digest;
            Path data = root.resolve(
                    "docker/registry/v2/blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data");
            Files.writeString(data, "corrupt", StandardCharsets.US_ASCII);

            Command.Result result = script("scrub");

            assertThat(result.status()).as(result.err()).isEqualTo(3);
            assertThat(result.out()).startsWith("PROBLEMS: 1 problems");
            assertThat(client.status("GET", url)).isEqualTo(404);
            assertThat(client.status("HEAD", url)).isEqualTo(404);
            assertThat(root.resolve(".quarantine/sha256-" + digest.hex())).hasContent("corrupt");
            Await.until("the metric", SOON, () -> server.figure("registry_job_last_problems", "job=\"scrub\"") == 1);

            client.pushBlob("library/corrupt", content);

            assertThat(client.get(url).body()).isEqualTo(content);
            assertThat(script("scrub").status()).isZero();
        }
    }

    @Test
    void scriptTellsMistakesFromFailures() throws Exception {
        assertThat(script("scrub", "--rate=fast").status()).isEqualTo(2);
        assertThat(script("collect", "--wat").status()).isEqualTo(2);
        assertThat(script("scrub", "--controller=1").status()).isEqualTo(1);
        Command.Result stop = script("scrub", "--stop", "--controller=1");
        assertThat(stop.err()).contains("127.0.0.1:1 does not say which jobs run");
        assertThat(stop.status()).isEqualTo(1);
        assertThat(script("retain", "--stop").err()).contains("the job does not run at");
        assertThat(script("retain", "--stop").status()).isZero();
    }

    /** Its programs are all in one directory, without a clone around it. */
    @Test
    void commandOfThePackageRunsJobsToo() throws Exception {
        Path libexec = Files.createDirectories(work.resolve("libexec"));
        for (String program : List.of("collect", "retain", "scrub", "job.sh", "server.sh")) {
            Files.copy(Path.of("ops", program), libexec.resolve(program), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Map<String, String> environment = Map.of(
                "OCI_REGISTRY_LIBEXEC", libexec.toString(),
                "JAVA_HOME", System.getProperty("java.home"),
                "JBOSS_HOME", BuildDirectory.server().toString(),
                "JBOSS_MANAGEMENT_HTTP_PORT", Integer.toString(server.managementPort()));
        String program = Path.of("ops/rpm/oci-registry").toAbsolutePath().toString();

        Command.Result scrub = new Command(work, environment, List.of(program, "scrub", "--dry-run")).attempt();

        assertThat(scrub.status()).as(scrub.err()).isZero();
        assertThat(scrub.out()).startsWith("DONE: ");
        assertThat(scrub.err()).contains("oci-registry scrub --stop stops it");
        Command.Result retain = new Command(work, environment, List.of(program, "retain")).attempt();
        assertThat(retain.status()).as(retain.err()).isEqualTo(4);
        assertThat(retain.out()).startsWith("REFUSED: ");
    }

    private static long startJob(String job, String properties) throws Exception {
        return number(server.cli(BATCH + ":start-job(job-xml-name=" + job + ",properties={" + properties + "})"));
    }

    private static String execution(String job, long id) throws Exception {
        return server.cli(BATCH + "/job=" + job + "/execution=" + id + ":read-resource(include-runtime=true)");
    }

    private static void awaitStatus(String job, long id, String... wanted) {
        Await.until(
                job + " " + id + " is " + String.join(" or ", wanted),
                SOON,
                () -> attribute(job, id, "batch-status")
                        .filter(List.of(wanted)::contains)
                        .isPresent());
    }

    /** Not by the CLI, which takes seconds to start. */
    private static Optional<String> attribute(String job, long id, String name) throws IOException {
        return server.management()
                .attribute(
                        name,
                        List.of(
                                Map.entry("deployment", "registry.war"),
                                Map.entry("subsystem", "batch-jberet"),
                                Map.entry("job", job),
                                Map.entry("execution", String.valueOf(id))));
    }

    private static long number(String answer) {
        Matcher result = RESULT.matcher(answer);
        assertThat(result.find()).as(answer).isTrue();
        return Long.parseLong(result.group(1));
    }

    private static String id(String state) {
        return state.replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
    }

    private static Command.Result script(String name, String... options) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of("ops", name).toAbsolutePath().toString());
        line.add("--controller=" + server.managementPort());
        line.addAll(List.of(options));
        return new Command(work, Map.of("JAVA_HOME", System.getProperty("java.home")), line).attempt();
    }
}
