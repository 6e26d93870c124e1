package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OpenIdProvider;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin console after {@code console-oidc.cli}: people sign in at an OpenID provider, in a real browser. */
@NeedsCommand({"chromium", "chromedriver", "openssl"})
class ConsoleOidcIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int SECONDS = 180;
    private static final String MANAGEMENT = "wildfly-management";

    private static Path work;
    private static OpenIdProvider provider;
    private static ServerProcess server;
    private static RegistryClient console;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("console-oidc");
        TestAuthority authority = new TestAuthority(work.resolve("authority"));
        provider = OpenIdProvider.withTls("wildfly-console", authority.serverContext());
        provider.add("jane", new OpenIdProvider.User(List.of("administrator"), MANAGEMENT));
        provider.add("moni", new OpenIdProvider.User(List.of("monitor"), MANAGEMENT));
        provider.add("stranger", new OpenIdProvider.User(List.of("offline_access"), MANAGEMENT));
        provider.add("elsewhere", new OpenIdProvider.User(List.of("administrator"), "another-application"));
        port = Ports.free();
        List<String> options = new ArrayList<>(authority.jvmOptions());
        options.add("-Djboss.management.https.port=" + port);
        options.add("-Dregistry.console.oidc-url=" + provider.url());
        options.add("-Dregistry.console.oidc-origin=" + provider.origin());
        Path base = work.resolve("server");
        server = new ServerProcess(base, work.resolve("root"), options.toArray(String[]::new));
        Files.copy(authority.serverKeyStore("changeit"), base.resolve("configuration/console.p12"));
        server.cli("--file=" + Path.of("wildfly-config/console-on.cli").toAbsolutePath());
        server.cli("--file=" + Path.of("wildfly-config/console-oidc.cli").toAbsolutePath());
        server.management().reload();
        console = new RegistryClient(
                URI.create("https://127.0.0.2:" + port + "/"),
                HttpClient.newBuilder().sslContext(authority.context()).build());
        Await.until("the console", SOON, ConsoleOidcIT::isThere);
    }

    @AfterAll
    static void stop() throws Exception {
        if (console != null) {
            console.close();
        }
        if (server != null) {
            server.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    /** An administrator and a monitor. */
    @ParameterizedTest
    @CsvSource({"jane, true", "moni, false"})
    @Timeout(SECONDS)
    void userSignsInAtTheProviderAndSeesTheDeployment(String user, boolean mayChange) throws Exception {
        try (ConsoleBrowser browser = new ConsoleBrowser(work, port)) {
            browser.signInAtProvider(user);
            browser.open("home");
            browser.see("#header-username", user);
            browser.openDeployment();
            assertThat(browser.sees("#deployment-add-actions")).isEqualTo(mayChange);
        }
    }

    @Test
    @Timeout(SECONDS)
    void whoHasNoRoleSeesNothing() throws Exception {
        try (ConsoleBrowser browser = new ConsoleBrowser(work, port)) {
            browser.signInAtProvider("stranger");
            browser.see(".bootstrap-error", "Forbidden");
            assertThat(browser.sees("#hal-root-container")).isFalse();
        }
    }

    /** What the console's page does, without the page: signature, issuer, audience and role are judged by the server. */
    @Test
    void managementTakesTheProvidersTokensForItAlone() throws Exception {
        assertThat(read("Bearer " + provider.accessToken("moni"))).isEqualTo(200);
        assertThat(read("Bearer " + provider.accessToken("stranger"))).isEqualTo(403);
        assertThat(read("Bearer " + provider.accessToken("elsewhere"))).isEqualTo(401);
        assertThat(read("Bearer " + provider.forgedToken("jane"))).isEqualTo(401);
        assertThat(read("Bearer not.a.token")).isEqualTo(401);
        assertThat(read(Logins.basic("jane", "jane"))).isEqualTo(401);
        assertThat(console.status("GET", "/management")).isEqualTo(401);
    }

    @Test
    void cliOnTheHostGoesOnWithoutPassword() throws Exception {
        assertThat(server.cli(":whoami(verbose=true)")).contains("SuperUser");
    }

    private static int read(String authorization) throws Exception {
        return console.get("/management?operation=attribute&name=server-state", "Authorization", authorization)
                .statusCode();
    }

    private static boolean isThere() throws IOException, InterruptedException {
        try {
            return console.status("GET", "/management") == 401;
        } catch (IOException e) {
            return false;
        }
    }
}
