package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerOptions;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a start ends that cannot succeed: with the reason, in the last line. */
class StartIT {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    /** {@code SCHED_BATCH}, see sched(7). */
    private static final int BATCH = 3;

    private static final Duration READY = Duration.ofMinutes(4);

    private static final Map<String, String> LINES =
            Map.of("text", "[0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3} [A-Z]+ +\\[[^ ]+] .*", "json", "\\{\".*}");

    /**
     * In queries and user agents: what would end a string, or be read by a terminal. Undertow refuses the control
     * characters of ASCII.
     */
    private static final List<String> HOSTILE = List.of(
            "plain", "\"}{\"logger\":\"access\"}", "\\", "\\\"", "\u009b31m\u00ff", "%0a%0d%1b", "<script>{|}`^");

    private static Path work;
    private static Path root;

    @BeforeAll
    static void makeDirectories() throws Exception {
        work = BuildDirectory.make("start");
        root = Files.createDirectory(work.resolve("root"));
    }

    @Test
    void everyMistakeIsNamedInTheLastLine() throws Exception {
        assertThat(refusal(
                        "serve",
                        Map.of(
                                "REGISTRY_WAT", "1",
                                "REGISTRY_HTTP_MAX_REQUESTS", "lots",
                                "REGISTRY_NFS_MAX_CONNECTIONS", "0",
                                "REGISTRY_CDN_PROBE", "perhaps",
                                "JAVA_OPTS", "-Dregistry.read-only=maybe -Dregistry.cdn.probe-interval=soon")))
                .isEqualTo("serve: the registry did not start: REGISTRY_WAT is no configuration key;"
                        + " registry.cdn.probe is neither true nor false: perhaps;"
                        + " registry.cdn.probe-interval is no duration such as PT30S: soon;"
                        + " registry.http.max-requests is no whole number that fits: lots;"
                        + " registry.nfs.max-connections is not above 0: 0;"
                        + " registry.read-only is neither true nor false: maybe");
    }

    @Test
    void keyThatWasMeantIsNamed() throws Exception {
        assertThat(refusal("serve", Map.of("REGISTRY_AUTH_POLICI", "/etc/policy")))
                .isEqualTo("serve: the registry did not start: REGISTRY_AUTH_POLICI is no configuration key,"
                        + " did you mean REGISTRY_AUTH_POLICY?");
    }

    @Test
    void whatIsFoundOnlyWhenItIsReadIsNamedToo() throws Exception {
        assertThat(refusal("serve", Map.of("REGISTRY_AUTH_POLICY", "/nowhere/policy")))
                .startsWith("serve: the registry did not start: ")
                .contains("registry.auth.policy", "/nowhere/policy");
    }

    @Test
    void mistakeInWhatTheServerReadsIsNamed() throws Exception {
        Command.Result result = start(
                "serve", Map.of("REGISTRY_HTTP_MAX_THREADS", "lots", "JAVA_OPTS", "-Dregistry.tls.enabled=maybe"));

        assertThat(result.status()).isNotZero();
        assertThat(result.err()).endsWith("""
                        registry: registry.tls.enabled is neither true nor false: maybe
                        registry: registry.http.max-threads is no whole number that fits: lots
                        """);
    }

    @Test
    void serverThatCannotListenEndsWithTheReason() throws Exception {
        int port = Ports.free(3);
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
            assertThat(other.isBound()).isTrue();
            assertThat(refusal("serve", port, Map.of("JAVA_OPTS", "-Djboss.bind.address=127.0.0.2")))
                    .startsWith("serve: the registry did not start: ")
                    .contains("Address already in use");
        }
    }

    @Test
    @NeedsCommand("setpriv")
    void lowPortIsNotForOrdinaryUsers() throws Exception {
        for (String script : List.of("serve", "cluster")) {
            List<String> command = new ArrayList<>();
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(List.of(
                        "setpriv", "--inh-caps=-all", "--bounding-set=-all", "--reuid=65534", "--clear-groups"));
            }
            command.add(PROJECT.resolve("ops").resolve(script).toString());
            command.add("--port=80");
            Command.Result result =
                    Command.of(work, command.toArray(String[]::new)).attempt();

            assertThat(result.status()).isNotZero();
            assertThat(result.err())
                    .isEqualTo(script + ": only root may listen at port 80, choose another with --port\n");
        }
    }

    @Test
    void clusterNamesTheMistakeToo() throws Exception {
        assertThat(refusal("cluster", Map.of("REGISTRY_WAT", "1")))
                .matches("cluster: (one|two) did not start: REGISTRY_WAT is no configuration key");

        assertThat(refusal("cluster", Map.of("REGISTRY_HTTP_MAX_THREADS", "lots")))
                .matches(
                        "cluster: (one|two) did not start: registry.http.max-threads is no whole number that fits: lots");
    }

    @Test
    void serviceNamesTheMistakeWhenTheServerHasEnded() throws Exception {
        Path deployments = Files.createDirectories(work.resolve("service/deployments"));
        Files.writeString(deployments.resolve("registry.war.failed"), """
                "{\\"WFLYCTL0080: Failed services\\" => {\\"x\\" => \\"Failed to start service
                    Caused by: org.jboss.weld.exceptions.DeploymentException: REGISTRY_WAT is no configuration key
                    Caused by: java.lang.IllegalArgumentException: REGISTRY_WAT is no configuration key\\"}}"
                """);
        Process server = new ProcessBuilder("sleep", "60").start();
        Command.Result result = new Command(
                        work,
                        Map.of(
                                "JBOSS_BASE_DIR",
                                deployments.getParent().toString(),
                                "MAINPID",
                                Long.toString(server.pid())),
                        List.of(PROJECT.resolve("ops/systemd/await").toString()))
                .attempt();

        assertThat(result.status()).isNotZero();
        assertThat(result.err()).isEqualTo("await: the registry did not start: REGISTRY_WAT is no configuration key\n");
        assertThat(server.waitFor(1, TimeUnit.SECONDS))
                .as("the server has ended")
                .isTrue();
    }

    @Test
    void secondOneSaysThatItWaitsForTheBuildOfTheFirst() throws Exception {
        Path lock = BuildDirectory.war().toPath().resolveSibling(".serve-build.lock");
        Process first = new ProcessBuilder("flock", lock.toString(), "sleep", "3").start();
        Thread.sleep(500);
        Command.Result result = start("serve", Map.of("REGISTRY_HTTP_MAX_THREADS", "lots"));
        first.waitFor();

        assertThat(result.err()).contains("serve: waiting for another ops/serve or ops/cluster that builds here\n");
    }

    /** Of a server that starts, answers two requests and ends, for a pipe or a file. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void logIsOfTheKindThatWasAskedForFromTheFirstLineToTheLast(String kind) throws Exception {
        Path log = work.resolve(kind + ".log");
        Path told = work.resolve(kind + ".told");
        int port = Ports.free(3);
        ProcessBuilder builder = new ProcessBuilder(
                        PROJECT.resolve("ops/serve").toString(), "--port=" + port, "--root=" + root, "--log", kind)
                .redirectError(told.toFile())
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment(Map.of()));
        Process process = builder.start();
        List<Pattern> expected = new ArrayList<>();
        try (RegistryClient client = new RegistryClient(URI.create("http://localhost:" + port + "/"))) {
            Await.until("it is ready", READY, () -> Files.readString(told).contains("serve: Ctrl-C stops it"));
            client.get("/v2/a/tags/list");
            client.get("/v2/a/tags/list?n=1");
            assertThatBannerNamesWhatAnswers(told);
            assertThat(process.descendants().map(StartIT::schedulingPolicy)).contains(BATCH);
            for (String hostile : HOSTILE) {
                expected.add(logged(kind, port, "/v2/a/tags/list", "?last=" + hostile, hostile));
            }
            expected.add(logged(kind, port, "/WEB-INF/web.xml", "", "-"));
        } finally {
            process.destroy();
            process.waitFor(60, TimeUnit.SECONDS);
        }

        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSizeBetween(8, 40).allMatch(line -> line.matches(LINES.get(kind)));
        for (Pattern line : expected) {
            assertThat(lines)
                    .as(line.pattern())
                    .filteredOn(line.asMatchPredicate())
                    .hasSize(1);
        }
        assertThat(lines).noneMatch(line -> line.contains("WARN"));
        if (kind.equals("text")) {
            assertThat(lines)
                    .anyMatch(line -> line.contains(" GET /v2/a/tags/list HTTP/1.1 404 "))
                    .anyMatch(line -> line.contains(" GET /v2/a/tags/list?n=1 HTTP/1.1 404 "));
        }
        assertThat(told).content().doesNotContain("JAVA_OPTS", "TERM");
    }

    /** Sends a request; returns the line that the access log must have for it. */
    private static Pattern logged(String kind, int port, String path, String query, String agent) throws IOException {
        String id = UUID.randomUUID().toString();
        Reply reply = new Wire("127.0.0.1", port).get(path + query, "User-Agent: " + agent, "X-Request-Id: " + id);
        assertThat(reply.header("X-Request-Id")).isEqualTo(id);
        int length = reply.body().length;
        return Pattern.compile(
                kind.equals("text")
                        ? "[0-9:,]{12} INFO  \\[accesslog] GET "
                                + Pattern.quote((path + query).replaceAll("[^ -~]", "?"))
                                + " HTTP/1\\.1 %d %d bytes [0-9]+ ms 127\\.0\\.0\\.1 - %s"
                                        .formatted(reply.status(), length, id)
                        : "\\{\"eventSource\":\"web-access\",\"logger\":\"access\",\"bytes\":" + length
                                + ",\"timestamp\":\"[0-9T:.-]{23}(Z|[+-][0-9:]{5})\",\"client\":\"127\\.0\\.0\\.1\",\"user\":null"
                                + Pattern.quote(",\"path\":" + Json.createValue(path)
                                        + ",\"query\":" + Json.createValue(query)
                                        + ",\"User-Agent\":" + Json.createValue(agent)
                                        + ",\"method\":\"GET\",\"status\":" + reply.status()
                                        + ",\"X-Request-Id\":\"" + id + "\"")
                                + ",\"ms\":[0-9]+}");
    }

    /** The 41st field of {@code /proc/PID/stat}, see proc_pid_stat(5); the second one, in brackets, may have blanks. */
    private static int schedulingPolicy(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')')).split(" ")[39]);
        } catch (IOException e) {
            return -1; // it has ended
        }
    }

    private static void assertThatBannerNamesWhatAnswers(Path told) throws Exception {
        List<String> urls = Pattern.compile("http://(localhost|127.0.0.1):[0-9]+/\\S*")
                .matcher(Files.readString(told))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(urls).hasSize(3);
        for (String url : urls) {
            try (RegistryClient client = new RegistryClient(URI.create(url))) {
                assertThat(client.status("GET", URI.create(url).getPath()))
                        .as(url)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void unknownKindOfLogIsRefused() throws Exception {
        for (String script : List.of("serve", "cluster")) {
            Command.Result result = Command.of(
                            work, PROJECT.resolve("ops").resolve(script).toString(), "--log=xml")
                    .attempt();

            assertThat(result.status()).isNotZero();
            assertThat(result.err()).isEqualTo(script + ": --log is text or json, not 'xml'\n");
        }
        assertThat(refusal("serve", Map.of("REGISTRY_LOG", "xml")))
                .isEqualTo("registry: registry.log is neither text nor json: xml");
    }

    /** As if it was cloned there. */
    @Test
    void directoryMayHaveABlank() throws Exception {
        Path clone = Files.createSymbolicLink(work.resolve("a clone"), PROJECT);
        Path log = work.resolve("blank.log");
        ProcessBuilder builder = new ProcessBuilder(
                clone.resolve("ops/serve").toString(), "--port=" + Ports.free(), "--root=" + root, "--console");
        builder.environment().putAll(environment(Map.of()));
        try (Daemon daemon =
                Daemon.start(builder, log, READY, () -> Files.readString(log).contains("serve: ready"))) {
            assertThat(daemon).isNotNull();
        }
    }

    @Test
    void labSaysWhatItsMachinesDoNotSee() throws Exception {
        Path clone = Files.createTempDirectory(Path.of("/tmp"), "clone").resolve("registry");
        Files.createSymbolicLink(clone, PROJECT);
        try {
            Command.Result result = Command.of(
                            work, clone.resolve("ops/nfs-lab/nfs-lab").toString(), "up")
                    .attempt();

            assertThat(result.status()).isNotZero();
            assertThat(result.err()).contains("the machines have a /tmp of their own, and would not see " + clone);
        } finally {
            Files.delete(clone);
            Files.delete(clone.getParent());
        }
    }

    /** Starts what cannot start; returns the last line of what it says. */
    private static String refusal(String script, int port, Map<String, String> environment) throws Exception {
        Command.Result result = start(script, port, environment);
        assertThat(result.status()).isNotZero();
        return lastLine(result.err());
    }

    private static String refusal(String script, Map<String, String> environment) throws Exception {
        return refusal(script, Ports.free(3), environment);
    }

    private static Command.Result start(String script, Map<String, String> environment) throws Exception {
        return start(script, Ports.free(3), environment);
    }

    private static Command.Result start(String script, int port, Map<String, String> environment) throws Exception {
        List<String> line = new ArrayList<>(
                List.of(PROJECT.resolve("ops").resolve(script).toString(), "--port=" + port, "--root=" + root));
        return new Command(work, environment(environment), line).attempt();
    }

    private static Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        ServerOptions.addTo(environment);
        return environment;
    }

    private static String lastLine(String text) {
        return text.lines().reduce("", (before, last) -> last);
    }
}
