package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.page.HtmlValidator;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OpenIdProvider;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TreeRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console in a real browser. Its pictures stay in {@code target/it/console-looks}. */
@NeedsCommand({"chromium", "chromedriver", "htpasswd"})
class ConsoleLooksIT {
    private static final int SECONDS = 180;
    private static final int NARROW = 600;
    private static final String LONG = "team/" + "a-very-long-name-of-a-repository-".repeat(5) + "x";

    private static final String POLICY = """
            rule @registry user:olga catalog operate
            rule ** user:olga pull push delete
            """;

    private static Path work;
    private static ServerProcess server;
    private static Digest image;
    private static OpenIdProvider provider;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("console-looks");
        Logins logins = new Logins(work.resolve("htpasswd"));
        logins.add("olga");
        Path endpoints = Files.writeString(work.resolve("endpoints.json"), """
                {"endpoints": [{"name": "ci", "url": "http://127.0.0.1:1/hooks"}]}""");
        provider = new OpenIdProvider("registry-console");
        TreeRoot.setUp(work.resolve("root"));
        Path history = Files.createDirectories(work.resolve("root/.history"));
        Files.writeString(history.resolve("one"), history());
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), POLICY),
                "-Dregistry.auth.passwords=" + logins,
                "-Dregistry.events.endpoints=" + endpoints,
                "-Dregistry.console.openid-issuer=" + provider.url(),
                "-Dregistry.console.openid-client-id=registry-console",
                "-Dregistry.console.openid-user-claim=preferred_username",
                "-Dregistry.console.openid-timeout=PT30S",
                "-Dregistry.quota.rules=" + Files.writeString(work.resolve("quotas"), "quota team/** bytes 1MB\n"));
        try (RegistryClient client = server.client()) {
            for (String tag : List.of("latest", "v1", "v" + "1234567890".repeat(12))) {
                client.pushImage("team/app", tag, Content.random(700_000), Logins.basic("olga"));
            }
            client.pushImage(LONG, "1", Content.bytes("layer"), Logins.basic("olga"));
            image = Content.image(Digest.of(Content.random(700_000))).digest();
            byte[] index = Content.index(image).bytes();
            RegistryClient.require(
                    201,
                    client.send(
                            "PUT",
                            "/v2/team/app/manifests/all",
                            BodyPublishers.ofByteArray(index),
                            "Content-Type",
                            "application/vnd.oci.image.index.v1+json",
                            "Authorization",
                            Logins.basic("olga")));
        }
    }

    /** What another instance has written, for the charts. */
    private static String history() {
        long now = System.currentTimeMillis() / 60_000;
        StringBuilder lines = new StringBuilder();
        for (int i = 1400; i > 0; i--) {
            int wave = (int) (50 + 40 * Math.sin(i / 100.0));
            lines.append("%d %d %d %d %d %d %d%n"
                    .formatted(
                            now - i,
                            wave,
                            wave / 5,
                            100 - wave,
                            wave,
                            300 + wave * 10,
                            5_000_000_000L - i * 1_000_000L));
        }
        return lines.toString();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    /** With and without scripts, light and dark, wide and narrow. */
    @ParameterizedTest
    @CsvSource({
        "light-wide, false, 1280, true",
        "dark-wide, true, 1280, true",
        "light-narrow, false, 390, false",
        "dark-narrow, true, 390, true"
    })
    @Timeout(SECONDS)
    void pagesFitTheWindow(String name, boolean dark, int width, boolean script) throws Exception {
        try (ConsoleWindow window = new ConsoleWindow(work, server.port())) {
            window.look(dark, width);
            window.open("/console/");
            show(window, name + "-sign-in");
            List<String> found = new ArrayList<>(window.barriers());
            window.signIn("olga", Logins.PASSWORD);
            window.script(script);
            for (String page : pages()) {
                window.open("/console/" + page);
                if (page.equals("load")) {
                    assertThat(window.count("canvas")).as("charts").isEqualTo(script ? 4 : 0);
                }
                show(window, name + "-" + word(page));
                if (script && width > NARROW) {
                    window.barriers().forEach(barrier -> found.add(name + "-" + page + ": " + barrier));
                }
            }
            assertThat(found).isEmpty();
            assertThat(window.complaints())
                    .filteredOn(each -> !each.contains("404"))
                    .isEmpty();
        }
    }

    private static List<String> pages() {
        return List.of(
                "",
                "repositories",
                "repository?name=team/app",
                "delete?name=team/app&reference=" + image,
                "tag?name=team/app&reference=" + image + "&tag=new",
                "jobs",
                "quotas",
                "events",
                "switches",
                "load",
                "audit",
                "nothing");
    }

    /** The page's name in those of files. */
    private static String word(String page) {
        return page.isEmpty() ? "rights" : page.replaceFirst("\\?.*", "");
    }

    @Test
    void htmlIsValid() throws Exception {
        Path directory = Files.createDirectories(work.resolve("html"));
        List<Path> files = new ArrayList<>();
        try (Visitor olga = new Visitor(server.port())) {
            files.add(save(directory.resolve("sign-in.html"), olga.get("/console/sign-in")));
            files.add(save(directory.resolve("refused.html"), olga.get("/console/sign-in/return?code=x")));
            olga.signIn("olga");
            for (String page : pages()) {
                files.add(save(directory.resolve(word(page) + ".html"), olga.get("/console/" + page)));
            }
        }
        assertThat(HtmlValidator.errors(files)).isEmpty();
    }

    private static Path save(Path file, Reply page) throws IOException {
        return Files.write(file, page.body());
    }

    /** The provider is another site for the browser, so the cookies matter here: localhost, not 127.0.0.1. */
    @Test
    @Timeout(SECONDS)
    void personSignsInAndOutAtTheProvider() throws Exception {
        try (ConsoleWindow window = new ConsoleWindow(work, server.port())) {
            window.open("/console/jobs");
            window.follow("Sign in at localhost");
            window.fill("username", "olga");
            window.press("Sign in");
            window.see("It has not run yet.");
            window.open("/console/");
            window.see("You have signed in as olga, with an account of the OpenID provider.");
            window.press("Sign out");
            window.follow("Sign out here, too");
            window.see("User name");
            assertThat(window.complaints())
                    .filteredOn(each -> !each.contains("favicon.ico")) // of the provider
                    .isEmpty();
        }
    }

    private static void show(ConsoleWindow window, String name) throws Exception {
        window.picture(work.resolve(name + ".png"));
        // the driver asks by a script, which is not of the page
        assertThat(window.overflows()).as(name + " overflows").isFalse();
    }

    /** A real browser sends what the forms need to be taken for ours. */
    @Test
    @Timeout(SECONDS)
    void personDeletesATagAndFollowsAJob() throws Exception {
        try (ConsoleWindow window = new ConsoleWindow(work, server.port());
                RegistryClient client = server.client()) {
            client.pushImage("team/other", "gone", Content.bytes("other"), Logins.basic("olga"));
            window.signIn("olga", Logins.PASSWORD);
            window.open("/console/repository?name=team/other");
            window.press("Delete tag");
            window.see("The tag gone is deleted.");
            window.press("Delete");
            window.see("It is deleted.");

            window.open("/console/jobs");
            window.see("It has not run yet.");
            window.press("Start a dry run");
            window.see("dry run");
            show(window, "job-started");

            window.press("Sign out");
            window.see("User name");
            window.open("/console/jobs");
            window.see("User name");
        }
    }
}
