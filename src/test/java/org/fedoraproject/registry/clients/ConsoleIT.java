package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WildFly's admin console, as {@code ops/serve --console} has it, in a real browser. */
@NeedsCommand({"chromium", "chromedriver"})
class ConsoleIT {
    private static final Duration START = Duration.ofMinutes(2);
    private static final int SECONDS = 120;
    private static final String PASSWORD = "a-test-1";
    private static final String SCRUBS = "job-runtime;deployment=registry.war;name=scrub";
    private static final String REFRESH = "#toolbar-actions-job-execution-refresh";
    private static final Pattern CONSOLE = Pattern.compile("console at https://127.0.0.2:(\\d+)/");

    private static final Pattern MANAGEMENT = Pattern.compile("management  127.0.0.1:(\\d+),");

    private static Path work;
    private static Daemon server;
    private static int console;
    private static int management;
    private static RegistryClient registry;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("console");
        int port = Ports.free();
        Path log = work.resolve("serve.log");
        ProcessBuilder serve = new ProcessBuilder(
                Path.of("ops/serve").toAbsolutePath().toString(),
                "--console",
                "--port=" + port,
                "--root=" + Files.createDirectory(work.resolve("root")));
        serve.environment().put("JAVA_HOME", System.getProperty("java.home"));
        serve.environment().put("CONSOLE_PASSWORD", PASSWORD);
        ServerOptions.addTo(serve.environment());
        server = Daemon.start(
                serve, log, START, () -> CONSOLE.matcher(Files.readString(log)).find());
        console = port(CONSOLE, log);
        management = port(MANAGEMENT, log);
        registry = new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
        Path users = BuildDirectory.server().resolveSibling("serve-" + port).resolve("configuration");
        for (String name : List.of("monitor", "deployer", "stranger")) {
            addUser(users, name);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Timeout(SECONDS)
    void administratorThrowsReadOnlyAndThrowsItBack() throws Exception {
        try (ConsoleBrowser browser = signedIn("admin")) {
            browser.open("home");
            browser.see("#header-username", "admin");
            browser.picture("home");
            browser.open("access-control");
            browser.click("#access-control-browse-by-groups");
            browser.click("#group-administrator");
            browser.picture("roles");
            browser.open("logging-configuration");
            browser.click("#logging-root-logger-item");
            browser.picture("level");
            browser.openDeployment();
            browser.picture("deployment");
            assertThat(push().statusCode()).isEqualTo(202);

            browser.open("system-properties");
            browser.click("#system-property-table_wrapper .hal-table-buttons", "Add");
            // the console moves the focus there when the form has come up
            browser.see("#system-property-add-name-editing:focus");
            browser.fill("#system-property-add-name-editing", "registry.read-only");
            browser.fill("#system-property-add-value-editing", "true");
            browser.picture("switch");
            browser.click(".modal-footer", "Add");
            browser.see("#system-property-table", "registry.read-only");

            HttpResponse<byte[]> refused = push();
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(new String(refused.body(), UTF_8)).contains("UNSUPPORTED");

            browser.click("#system-property-table", "registry.read-only");
            browser.click("#system-property-table_wrapper .hal-table-buttons", "Remove");
            browser.click(".modal-footer", "Yes");
            browser.see("#system-property-table", "No data");
            assertThat(push().statusCode()).isEqualTo(202);
        }
    }

    @Test
    @Timeout(SECONDS)
    void administratorStartsAndStopsJobs() throws Exception {
        registry.pushBlob("console", Content.random(3_000_000));
        try (ConsoleBrowser browser = signedIn("admin")) {
            startScrub(browser, "dry-run=true");
            browser.see("#hal-finder-preview", "Executions");
            browser.picture("jobs");
            browser.open(SCRUBS);
            browser.see("#job-list", "Batch Status: COMPLETED", REFRESH);
            assertThat(browser.sees("[id$=job-execution-stop]")).isFalse();

            startScrub(browser, "dry-run=true", "bytes-per-second=100000");
            browser.open(SCRUBS);
            browser.see("#job-list", "Batch Status: STARTED", REFRESH);
            browser.picture("job");
            browser.click("[id$=job-execution-stop]");
            browser.see("#job-list", "Batch Status: STOPPED", REFRESH);
            browser.see("[id$=job-execution-restart]");
        }
        String log = Files.readString(work.resolve("serve.log"));
        assertThat(log).contains("Job scrub: DONE: dry run", "Job scrub: STOPPED: ");
    }

    private static void startScrub(ConsoleBrowser browser, String... properties) throws Exception {
        browser.open("runtime");
        browser.click("[id^=standalone-host-]");
        browser.click("#batch-jberet");
        browser.click("#job-registrywar-scrub");
        browser.click("#job-registrywar-scrub .dropdown-toggle");
        browser.click("#job-registrywar-scrub .dropdown-menu", "Start");
        for (String property : properties) {
            browser.add("#job-start-job-properties-editing", property);
        }
        browser.picture("job-start");
        browser.click(".modal-footer", "Start");
        browser.gone(".modal-footer");
    }

    @Test
    @Timeout(SECONDS)
    void monitorSeesAllAndChangesNothing() throws Exception {
        try (ConsoleBrowser browser = signedIn("monitor")) {
            browser.openDeployment();
            assertThat(browser.sees("#deployment-add-actions")).isFalse();

            browser.open("runtime");
            browser.click("[id^=standalone-host-]");
            browser.click("#io");
            browser.click("#default");
            browser.see("#hal-finder-preview", "Busy Task Thread Count");
            browser.picture("pool");
            browser.click("#undertow");
            browser.click("#server");
            browser.click("#us-default-server");
            browser.click(".finder-item", "default");
            browser.see("#hal-finder-preview", "Request Count");
            browser.picture("requests");
            browser.click("#logging");
            browser.click("#serverlog");
            browser.see("#hal-finder-preview", "Deployed \"registry.war\"");
            browser.picture("log");

            // What the console hides, the server refuses, too.
            assertThat(manage(
                            browser,
                            "{'operation':'add','address':[{'system-property':'registry.read-only'}],'value':'true'}"))
                    .contains("WFLYCTL0313");
            assertThat(manage(browser, "{'operation':'undeploy','address':[{'deployment':'registry.war'}]}"))
                    .contains("WFLYCTL0313");
            assertThat(push().statusCode()).isEqualTo(202);
        }
    }

    @Test
    @Timeout(SECONDS)
    void deployerUndeploysAndUploadsTheApplicationAndChangesNothingElse() throws Exception {
        try (ConsoleBrowser browser = signedIn("deployer")) {
            browser.open("deployments");
            browser.click("#dply-registrywar");
            browser.click("#dply-registrywar .dropdown-toggle");
            browser.picture("undeploy");
            browser.click("#dply-registrywar .dropdown-menu", "Undeploy");
            browser.click(".modal-footer", "Yes");
            browser.gone("#dply-registrywar");
            assertThat(registry.status("GET", "/v2/")).isEqualTo(503);

            browser.click("#deployment-add-actions");
            browser.click("#deployment-upload");
            browser.upload(".modal-body input[type=file]", BuildDirectory.war().toPath());
            browser.picture("upload");
            browser.click(".modal-footer", "Next");
            browser.see(".modal-body", "Runtime Name");
            browser.click(".modal-footer", "Finish");
            browser.see(".modal-body", "successful");
            browser.click(".modal-footer", "Close");
            browser.see("#dply-registrywar");
            Await.until("the application answers", Duration.ofSeconds(30), () -> registry.status("GET", "/v2/") == 200);

            assertThat(manage(
                            browser,
                            "{'operation':'add','address':[{'system-property':'registry.read-only'}],'value':'true'}"))
                    .contains("WFLYCTL0313");
        }
    }

    @Test
    @Timeout(SECONDS)
    void nobodyElseGetsIn() throws Exception {
        for (String[] row :
                new String[][] {{"nobody", PASSWORD, "401"}, {"admin", "wrong", "401"}, {"stranger", PASSWORD, "403"}
                }) {
            try (ConsoleBrowser browser = new ConsoleBrowser(work, console, row[0], row[1])) {
                assertThat(browser.signIn()).as(row[0]).isEqualTo(Integer.parseInt(row[2]));
            }
        }
    }

    @Test
    @Timeout(SECONDS)
    void answersForbidFramesAndForeignContent() throws Exception {
        try (ConsoleBrowser browser = signedIn("monitor")) {
            browser.open("home");
            for (String path : List.of("/console/index.html", "/management")) {
                Object headers = browser.script(
                        "return fetch(arguments[0]).then(r => JSON.stringify(Object.fromEntries(r.headers)))", path);
                assertThat(headers.toString())
                        .as(path)
                        .contains("\"x-frame-options\":\"DENY\"", "\"x-content-type-options\":\"nosniff\"")
                        .contains("frame-ancestors 'none'");
            }
        }
    }

    /** Linux gives those from 32768 on to connections, which keep them for a minute after their end. */
    @Test
    void itsPortsAreNoneThatConnectionsTake() {
        assertThat(List.of(console, management)).allMatch(port -> port < 32_768);
    }

    @Test
    void managementPortGoesOnWithoutPassword() throws Exception {
        try (RegistryClient client = new RegistryClient(URI.create("http://127.0.0.1:" + management + "/"))) {
            assertThat(client.status("GET", "/health/ready")).isEqualTo(200);
            assertThat(client.status("GET", "/metrics")).isEqualTo(200);
            assertThat(client.status("GET", "/management")).isEqualTo(401);
        }
        String cli = BuildDirectory.server().resolve("bin/jboss-cli.sh").toString();
        assertThat(Command.of(work, cli, "--connect", "--controller=127.0.0.1:" + management, ":whoami(verbose=true)")
                        .run())
                .contains("SuperUser");
    }

    private static int port(Pattern said, Path log) throws IOException {
        Matcher matcher = said.matcher(Files.readString(log));
        assertThat(matcher.find()).as(said.pattern()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static ConsoleBrowser signedIn(String user) throws IOException {
        ConsoleBrowser browser = new ConsoleBrowser(work, console, user, PASSWORD);
        try {
            assertThat(browser.signIn()).as(user).isEqualTo(200);
            return browser;
        } catch (AssertionError | RuntimeException e) {
            browser.close();
            throw e;
        }
    }

    /** As the page does it; returns what the server says. */
    private static String manage(ConsoleBrowser browser, String operation) {
        return browser.script(
                        "return fetch('/management', {method: 'POST', body: arguments[0],"
                                + " headers: {'Content-Type': 'application/json'}}).then(r => r.text())",
                        operation.replace('\'', '"'))
                .toString();
    }

    private static HttpResponse<byte[]> push() throws IOException, InterruptedException {
        return registry.send("POST", "/v2/console/blobs/uploads/");
    }

    /** Adds a user with a group of the same name, as operators do, while the server runs. */
    private static void addUser(Path configuration, String name) throws IOException, InterruptedException {
        String tool = BuildDirectory.server().resolve("bin/add-user.sh").toString();
        Command.of(work, tool, "-s", "-sc", configuration.toString(), "-u", name, "-p", PASSWORD, "-g", name)
                .run();
    }
}
