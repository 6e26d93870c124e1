package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OpenIdProvider;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.fedoraproject.registry.testing.Together;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The console of two servers over one tree: alice deletes, olga runs the registry, rita may only pull. */
@NeedsCommand({"htpasswd", "openssl"})
class ConsolePagesIT {
    private static final String POLICY = """
            base challenge
            rule @registry users catalog
            rule @registry user:olga catalog operate
            rule ** users pull
            rule ** user:alice pull push delete
            rule secret/** users none
            rule secret/** user:olga pull push delete
            group keepers
            rule @registry group:keepers catalog operate
            immutable fixed v1
            """;

    private static final String ENDPOINTS = """
            {"endpoints": [{"name": "ci", "url": "http://127.0.0.1:1/hooks?token=hidden"}]}""";

    private static final String QUOTAS = "quota ** bytes 1GB\n";

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String EVIL = "<script>alert(1)</script>";

    private static Path work;
    private static Logins logins;
    private static List<ServerProcess> servers = List.of();
    private static RegistryClient client;
    private static TestAuthority authority;
    private static OpenIdProvider provider;
    private static final List<Integer> TLS_PORTS = List.of(Ports.free(), Ports.free());

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("console-pages");
        authority = new TestAuthority(work.resolve("authority"));
        provider = new OpenIdProvider("registry-console");
        provider.require("a secret");
        provider.add("paula", new OpenIdProvider.User(List.of("keepers"), "registry-console"));
        Path policy = Files.writeString(work.resolve("policy"), POLICY);
        Path endpoints = Files.writeString(work.resolve("endpoints.json"), ENDPOINTS);
        Path quotas = Files.writeString(work.resolve("quotas"), QUOTAS);
        logins = new Logins(work.resolve("htpasswd"));
        for (String user : List.of("alice", "olga", "rita", "carla", "dora")) {
            logins.add(user);
        }
        String[] options = {
            "-Dregistry.auth.policy=" + policy,
            "-Dregistry.auth.passwords=" + logins,
            "-Dregistry.events.endpoints=" + endpoints,
            "-Dregistry.quota.rules=" + quotas,
            "-Dregistry.console.server-url=https://127.0.0.2:9993/",
            "-Dregistry.http.trusted-proxies=127.0.0.1",
            "-Dregistry.auth.certificate-header=Client-Cert",
            "-Dregistry.tls.enabled=true",
            "-Dregistry.tls.key-store=" + authority.serverKeyStore("changeit"),
            "-Dregistry.console.openid-issuer=" + provider.url(),
            "-Dregistry.console.openid-client-id=registry-console",
            "-Dregistry.console.openid-client-secret-file=" + Files.writeString(work.resolve("secret"), "a secret\n"),
            "-Dregistry.console.openid-user-claim=preferred_username",
            "-Dregistry.console.openid-timeout=PT30S",
            "-Dregistry.console.openid-groups-claim=groups"
        };
        servers = Together.start(() -> server("one", 0, options), () -> server("two", 1, options));
        client = servers.getFirst().client();
    }

    private static ServerProcess server(String name, int index, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-Djboss.https.port=" + TLS_PORTS.get(index));
        return new ServerProcess(work.resolve(name), work.resolve("root"), all.toArray(String[]::new));
    }

    @AfterAll
    static void stop() throws Exception {
        if (provider != null) {
            provider.close();
        }
        if (client != null) {
            client.close();
        }
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    private static Visitor visitor() {
        return new Visitor(servers.getFirst().port());
    }

    private static Visitor signedIn(String user) throws Exception {
        Visitor visitor = visitor();
        assertThat(visitor.signIn(user).status()).isEqualTo(303);
        return visitor;
    }

    @Test
    void personSignsInAndOut() throws Exception {
        try (Visitor visitor = visitor()) {
            assertThat(visitor.get("/console/jobs").header("Location"))
                    .isEqualTo("/console/sign-in?next=%2Fconsole%2Fjobs");
            assertThat(visitor.get("/console").header("Location")).isEqualTo("/console/");

            Reply signedIn = visitor.signIn("rita", Logins.PASSWORD, "/console/repositories?q=a");
            assertThat(signedIn.status()).isEqualTo(303);
            assertThat(signedIn.header("Location")).isEqualTo("/console/repositories?q=a");
            assertThat(signedIn.all("Set-Cookie").getFirst())
                    .startsWith("registry-console=")
                    .endsWith("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict");

            Reply rights = visitor.get("/console/");
            assertThat(rights.status()).isEqualTo(200);
            assertThat(rights.text()).contains("Signed in as <strong>rita</strong>", "secret/**", "nothing");
            assertThat(rights.header("Cache-Control")).isEqualTo("no-store");
            assertThat(rights.header("Content-Security-Policy")).startsWith("default-src 'self';");
            assertThat(rights.header("Referrer-Policy")).isEqualTo("same-origin");

            String session = visitor.cookie("registry-console");
            assertThat(visitor.send(Command.SIGN_OUT, Map.of()).header("Location"))
                    .isEqualTo("/console/sign-in");
            assertThat(visitor.cookie("registry-console")).isEmpty();
            assertThat(session).isNotEmpty();
            assertThat(visitor.get("/console/").status()).isEqualTo(303);
        }
    }

    @Test
    void sessionOverTlsIsOfThisHostAloneAndHoldsAtTheOtherInstance() throws Exception {
        try (Visitor rita = new Visitor(authority.context(), TLS_PORTS.getFirst())) {
            assertThat(rita.get("/console/sign-in").all("Set-Cookie"))
                    .singleElement()
                    .asString()
                    .startsWith("__Host-registry-console-form=")
                    .endsWith("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
            Reply signedIn = rita.signIn("rita");
            assertThat(signedIn.status()).isEqualTo(303);
            assertThat(signedIn.all("Set-Cookie").getFirst())
                    .startsWith("__Host-registry-console=")
                    .endsWith("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure");

            rita.turnTo(TLS_PORTS.get(1));
            assertThat(rita.get("/console/").text()).contains("Signed in as <strong>rita</strong>");

            String session = rita.cookie("__Host-registry-console");
            try (Visitor plain =
                    new Visitor(servers.getFirst().port(), "Cookie", "__Host-registry-console=" + session)) {
                assertThat(plain.get("/console/").status())
                        .as("the same without TLS")
                        .isEqualTo(303);
            }
        }
    }

    /** As clients behind a load balancer see the instances: as one host. */
    private static Visitor atTheBalancer() {
        return new Visitor(servers.getFirst().port(), "X-Forwarded-Host", "registry.test");
    }

    /** Goes to the provider and says who one is there. Returns where the provider sends the browser, without the host. */
    private static String comeBack(Visitor visitor, String name, String next) throws Exception {
        Reply begun = visitor.get("/console/sign-in/provider?next=" + Visitor.escape(next));
        assertThat(begun.status()).isEqualTo(303);
        assertThat(begun.all("Set-Cookie"))
                .singleElement()
                .asString()
                .startsWith("registry-console-provider=")
                .endsWith("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
        URI back = provider.signIn(begun.header("Location"), name);
        assertThat(back.getHost()).isEqualTo("registry.test");
        return back.getRawPath() + "?" + back.getRawQuery();
    }

    /** It begins at one instance and ends at the other. */
    @Test
    void personSignsInAtTheProvider() throws Exception {
        try (Visitor paula = atTheBalancer()) {
            assertThat(paula.get("/console/sign-in").text()).contains("Sign in at localhost");
            String back = comeBack(paula, "paula", "/console/jobs");
            paula.turnTo(servers.get(1).port());
            Reply signedIn = paula.get(back);
            assertThat(signedIn.status()).isEqualTo(200);
            assertThat(signedIn.header("Refresh")).isEqualTo("0; url=/console/jobs");
            assertThat(signedIn.all("Set-Cookie"))
                    .anyMatch(each -> each.startsWith("registry-console=")
                            && each.endsWith("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"));

            assertThat(paula.get("/console/jobs").status())
                    .as("her group runs the registry")
                    .isEqualTo(200);
            assertThat(paula.get("/console/").text())
                    .contains("You have signed in as paula, with an account of the OpenID provider.");
            Reply again = paula.get(back);
            assertThat(again.status()).isEqualTo(403);
            assertThat(again.text()).contains("has not begun in this browser");
        }
        Await.until(
                "the audit log",
                SOON,
                () -> Files.readString(servers.get(1).log())
                        .contains("\"action\":\"sign-in-at-provider\",\"via\":\"console\",\"user\":\"paula\""));
        assertThat(log()).doesNotContain("a secret");
    }

    /** The page that leads there needs no other policy of what forms may do. */
    @Test
    void personSignsOutAtTheProviderToo() throws Exception {
        try (Visitor paula = atTheBalancer()) {
            paula.get(comeBack(paula, "paula", ""));
            Reply out = paula.signOut("http://registry.test");
            assertThat(out.status()).isEqualTo(200);
            assertThat(out.header("Refresh"))
                    .isEqualTo("0; url=" + provider.url() + "/protocol/openid-connect/logout?client_id=registry-console"
                            + "&post_logout_redirect_uri=http%3A%2F%2Fregistry.test%2Fconsole%2Fsign-in");
            assertThat(out.header("Content-Security-Policy")).contains("form-action 'self';");
            assertThat(out.text())
                    .contains("You have signed out here")
                    .doesNotContain("Signed in as", Command.SIGN_OUT.path());
            assertThat(paula.cookie("registry-console")).isEmpty();

            paula.get(comeBack(paula, "paula", ""));
            provider.turn(OpenIdProvider.Mood.BUSY);
            Reply here = paula.signOut("http://registry.test");
            assertThat(here.status()).isEqualTo(303);
            assertThat(here.header("Location")).isEqualTo("/console/sign-in");
            assertThat(paula.cookie("registry-console")).isEmpty();
        } finally {
            provider.turn(OpenIdProvider.Mood.WELL);
        }
    }

    @Test
    void providerLeadsBackToTheConsoleOnly() throws Exception {
        try (Visitor paula = atTheBalancer()) {
            String back = comeBack(paula, "paula", "https://evil.example/");

            assertThat(paula.get(back).header("Refresh")).isEqualTo("0; url=/console/");
        }
    }

    @Test
    void answerOfTheProviderIsRefusedThatIsNotForThisBrowser() throws Exception {
        try (Visitor paula = atTheBalancer();
                Visitor other = atTheBalancer()) {
            comeBack(paula, "paula", "");
            String back = comeBack(other, "paula", "");
            for (String wrong : List.of(back, back.replaceFirst("state=.*", "state=x"))) {
                Reply reply = paula.get(wrong);

                assertThat(reply.status()).isEqualTo(403);
                assertThat(reply.text()).contains("has not begun in this browser", "name=\"password\"");
                assertThat(paula.cookie("registry-console")).isEmpty();
            }
        }
    }

    @Test
    void personWhoCancelsOrIsNotInThePolicyIsNotSignedIn() throws Exception {
        try (Visitor visitor = atTheBalancer()) {
            Reply cancelled = visitor.get(comeBack(visitor, "", ""));
            assertThat(cancelled.status()).isEqualTo(403);
            assertThat(cancelled.text()).contains("You have cancelled the sign-in", "name=\"password\"");

            Reply stranger = visitor.get(comeBack(visitor, "stranger", ""));
            assertThat(stranger.status()).isEqualTo(403);
            assertThat(stranger.text()).contains("The policy names neither stranger nor a group of this user.");
            assertThat(visitor.cookie("registry-console")).isEmpty();
        }
        Await.until("the audit log", SOON, () -> log().contains("\"user\":\"stranger\""));
    }

    @Test
    void passwordsGoOnWhileTheProviderDoesNot() throws Exception {
        provider.turn(OpenIdProvider.Mood.BUSY);
        try (Visitor rita = atTheBalancer()) {
            Reply failed = rita.get("/console/sign-in/provider");
            assertThat(failed.status()).isEqualTo(502);
            assertThat(failed.text()).contains("The OpenID provider answers with status 503", "name=\"password\"");
        } finally {
            provider.turn(OpenIdProvider.Mood.WELL);
        }
        signedIn("rita").close();
    }

    /** Whoever has signed in is known on the pages for people, too. */
    @Test
    void frontPageAndConsoleLinkToEachOther() throws Exception {
        try (Visitor rita = signedIn("rita")) {
            Reply front = rita.get("/", "Accept", "text/html");
            assertThat(front.text()).contains("href=\"/console/\"", "Signed in as <strong>rita</strong>");
            assertThat(rita.get("/console/").text()).contains("href=\"/\"");
        }
    }

    @Test
    void certificateSignsInAndIsNeededFromThenOn() throws Exception {
        String[] shown = {"X-Forwarded-For", "192.0.2.1", "Client-Cert", certificate("bot")};
        int port = servers.getFirst().port();
        try (Visitor bot = new Visitor(port, shown)) {
            assertThat(bot.get("/console/").status()).as("not by itself").isEqualTo(303);
            assertThat(bot.get("/console/sign-in").text()).contains("Sign in as bot");
            assertThat(bot.send(Command.SIGN_IN_CERTIFIED, Map.of()).header("Location"))
                    .isEqualTo("/console/");
            assertThat(bot.get("/console/").text()).contains("You have signed in as bot, with a certificate.");

            String session = "registry-console=" + bot.cookie("registry-console");
            try (Visitor thief = new Visitor(port, "Cookie", session);
                    Visitor other = new Visitor(
                            port,
                            "X-Forwarded-For",
                            "192.0.2.1",
                            "Client-Cert",
                            certificate("eve"),
                            "Cookie",
                            session)) {
                assertThat(thief.get("/console/").status())
                        .as("without the certificate")
                        .isEqualTo(303);
                assertThat(other.get("/console/").status())
                        .as("with another one")
                        .isEqualTo(303);
            }
        }
        try (Visitor nobody = visitor()) {
            assertThat(nobody.send(Command.SIGN_IN_CERTIFIED, Map.of()).status())
                    .isEqualTo(403);
        }
    }

    /** As a proxy passes it on. */
    private static String certificate(String name) throws Exception {
        return org.fedoraproject.registry.testing.Command.of(
                        work,
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-keyout",
                        "/dev/null",
                        "-subj",
                        "/CN=" + name)
                .run()
                .strip()
                .replace("\n", " ");
    }

    @Test
    void wrongPasswordIsRefusedAndTheApiKnowsNoSession() throws Exception {
        try (Visitor visitor = visitor()) {
            Reply reply = visitor.signIn("rita", "wrong", "");
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.text()).contains("The user name or the password is wrong.");
            assertThat(visitor.cookie("registry-console")).isEmpty();

            visitor.signIn("rita");
            assertThat(visitor.get("/v2/_catalog").status()).as("the API").isEqualTo(401);
        }
        Await.until(
                "the audit log",
                SOON,
                () -> log().contains("\"action\":\"sign-in\",\"via\":\"console\",\"user\":\"rita\""));
        assertThat(log()).contains("\"refused\":\"PASSWORD\"").doesNotContain(Logins.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example",
                "/v2/",
                "/console/../v2/",
                "/console//evil",
                "/console/jobs#x",
                "/console/jobs\r\nX: y",
                "javascript:alert(1)",
                ""
            })
    void signInLeadsToTheConsoleOnly(String next) throws Exception {
        try (Visitor visitor = visitor()) {
            assertThat(visitor.signIn("rita", Logins.PASSWORD, next).header("Location"))
                    .isEqualTo("/console/");
        }
    }

    /** What a valid form of each command has. A command without a row here does not compile. */
    private static Map<String, String> fields(Command command) {
        return switch (command) {
            case SIGN_IN -> Map.of("user", "rita", "password", Logins.PASSWORD);
            case SIGN_IN_CERTIFIED, SIGN_OUT -> Map.of();
            case ISSUE_TOKEN -> Map.of("name", "app", "pull", "true");
            case DELETE ->
                Map.of(
                        "name",
                        "kept",
                        "reference",
                        "1",
                        "seen",
                        Digest.of(Content.bytes("x")).toString());
            case TAG -> Map.of("name", "kept", "reference", "1", "tag", "2", "seen", "");
            case START_JOB -> Map.of("job", "scrub", "dry-run", "true");
            case STOP_JOB -> Map.of("job", "scrub");
            case SET_SWITCH -> Map.of("switch", "registry.read-only", "position", "true");
            case REPLAY, DISCARD -> Map.of("endpoint", "ci");
        };
    }

    /** Who may send it; rita may not. */
    private static String user(Command command) {
        return switch (command) {
            case SIGN_IN, SIGN_IN_CERTIFIED, SIGN_OUT, ISSUE_TOKEN -> "rita";
            case DELETE, TAG -> "alice";
            case START_JOB, STOP_JOB, SET_SWITCH, REPLAY, DISCARD -> "olga";
        };
    }

    @ParameterizedTest
    @EnumSource(Command.class)
    void formOfAnotherSiteIsRefused(Command command) throws Exception {
        try (Visitor visitor = visitor();
                Visitor other = signedIn("carla")) {
            if (command.needsSession()) {
                visitor.signIn(user(command));
            }
            String token = visitor.token(command.needsSession() ? "/console/" : "/console/sign-in");
            String foreign = other.token(command.needsSession() ? "/console/" : "/console/sign-in");
            Map<String, String> good = new TreeMap<>(fields(command));
            good.put("form-token", token);
            Map<String, String> stolen = new TreeMap<>(fields(command));
            stolen.put("form-token", foreign);
            String ours = visitor.origin();
            assertThat(token).isNotEmpty().isNotEqualTo(foreign);

            List<Reply> replies = new ArrayList<>();
            replies.add(visitor.post(command, good));
            replies.add(visitor.post(command, good, "Origin", "https://evil.example"));
            replies.add(visitor.post(command, good, "Origin", "null"));
            replies.add(visitor.post(command, good, "Origin", "https://127.0.0.1"));
            replies.add(visitor.post(command, good, "Origin", ours, "Sec-Fetch-Site", "cross-site"));
            replies.add(visitor.post(command, good, "Origin", ours, "Sec-Fetch-Site", "same-site"));
            replies.add(visitor.post(command, good, "Sec-Fetch-Site", "none"));
            replies.add(visitor.post(command, fields(command), "Origin", ours));
            replies.add(visitor.post(command, stolen, "Origin", ours));
            try (Visitor nobody = visitor()) {
                replies.add(nobody.post(command, good, "Origin", ours));
            }
            assertThat(replies).extracting(Reply::status).containsOnly(403);
            assertThat(replies)
                    .allSatisfy(reply -> assertThat(reply.all("Set-Cookie")).isEmpty());
        }
        assertThat(log()).doesNotContain("registry.read-only is now 'true'");
    }

    /** The policy decides, not what the pages show. */
    @ParameterizedTest
    @EnumSource(
            value = Command.class,
            names = {"DELETE", "TAG", "START_JOB", "STOP_JOB", "SET_SWITCH", "REPLAY", "DISCARD"})
    void callerWithoutTheRightIsRefused(Command command) throws Exception {
        try (Visitor visitor = signedIn("rita")) {
            Reply reply = visitor.send(command, fields(command));

            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.text()).contains("Not allowed");
        }
    }

    static Stream<String> operatorsPages() {
        return Stream.of("jobs", "quotas", "events", "switches", "load", "audit");
    }

    @ParameterizedTest
    @MethodSource("operatorsPages")
    void pagesOfOperatorsAreForThemOnly(String page) throws Exception {
        try (Visitor rita = signedIn("rita");
                Visitor olga = signedIn("olga")) {
            assertThat(rita.get("/console/").text()).doesNotContain("/console/" + page + "\"", "9993");
            assertThat(rita.get("/console/" + page).status()).isEqualTo(403);
            assertThat(olga.get("/console/").text()).contains("/console/" + page + "\"", "https://127.0.0.2:9993/");
            assertThat(olga.get("/console/" + page).status()).isEqualTo(200);
        }
    }

    @Test
    void hiddenRepositoryIsHidden() throws Exception {
        client.pushImage("secret/plan", "1", Content.bytes("secret"), Logins.basic("olga"));
        try (Visitor rita = signedIn("rita");
                Visitor olga = signedIn("olga")) {
            assertThat(olga.get("/console/repositories?q=PLA").text()).contains("secret/plan");
            assertThat(rita.get("/console/repositories?q=PLA").text()).doesNotContain("secret/plan");
            Reply there = rita.get("/console/repository?name=secret/plan");
            Reply missing = rita.get("/console/repository?name=secret/none");
            assertThat(there.status()).isEqualTo(403).isEqualTo(missing.status());
            assertThat(withoutTokens(there)).isEqualTo(withoutTokens(missing));
            for (String page : List.of("delete", "tag")) {
                assertThat(rita.get("/console/" + page + "?name=secret/plan&reference=1")
                                .status())
                        .isEqualTo(403);
            }
        }
    }

    private static String withoutTokens(Reply reply) {
        return reply.text().replaceAll("name=\"form-token\" value=\"[^\"]+\"", "");
    }

    @Test
    void deleteShowsWhatGoesWithIt() throws Exception {
        Digest image = push("delete", "1");
        push("delete", "2");
        Manifest index = Content.index(image);
        put("delete", "all", index);
        Manifest signature = Content.artifact("application/x-signature", image, "one");
        put("delete", signature.digest().toString(), signature);
        try (Visitor alice = signedIn("alice")) {
            assertThat(alice.get("/console/repository?name=delete").text())
                    .contains(image.toString(), ">Delete manifest<");

            String tag = alice.get("/console/delete?name=delete&reference=2").text();
            assertThat(tag).contains("Other tags of the manifest, which stay (1)");
            assertThat(alice.send(Command.DELETE, Map.of("name", "delete", "reference", "2", "seen", seen(tag)))
                            .header("Location"))
                    .isEqualTo("/console/repository?name=delete&done=deleted");
            assertThat(status("delete", "2")).isEqualTo(404);
            assertThat(status("delete", "1")).isEqualTo(200);

            String page =
                    alice.get("/console/delete?name=delete&reference=" + image).text();
            assertThat(page)
                    .contains(
                            "Tags that are deleted too (1)",
                            "Indexes that lose a child (1)",
                            index.digest().toString())
                    .contains(
                            "Referrers that stay, without their subject (1)",
                            signature.digest().toString());

            push("delete", "3");
            Map<String, String> form = Map.of("name", "delete", "reference", image.toString(), "seen", seen(page));
            Reply again = alice.send(Command.DELETE, form);
            assertThat(again.text()).contains("Something has changed", "Tags that are deleted too (2)");
            assertThat(status("delete", "1")).isEqualTo(200);

            Map<String, String> second =
                    Map.of("name", "delete", "reference", image.toString(), "seen", seen(again.text()));
            assertThat(alice.send(Command.DELETE, second).status()).isEqualTo(303);
            assertThat(status("delete", "1")).isEqualTo(404);
            assertThat(status("delete", image.toString())).isEqualTo(404);
            assertThat(status("delete", "all")).isEqualTo(200);
        }
        Await.until(
                "the audit log",
                SOON,
                () -> log().contains("\"action\":\"delete\",\"via\":\"console\",\"user\":\"alice\""));
    }

    private static String seen(String page) {
        var field = Pattern.compile("name=\"seen\" value=\"([^\"]*)\"").matcher(page);
        assertThat(field.find()).as(page).isTrue();
        return field.group(1);
    }

    @Test
    void tagIsSetAndImmutableTagsStay() throws Exception {
        Digest first = push("fixed", "v1", "first");
        Digest second = push("fixed", "v2", "second");
        try (Visitor alice = signedIn("alice")) {
            String page = alice.get("/console/tag?name=fixed&reference=" + first + "&tag=latest")
                    .text();
            assertThat(page).contains("There is no tag latest yet.");
            Map<String, String> form =
                    Map.of("name", "fixed", "reference", first.toString(), "tag", "latest", "seen", seen(page));
            assertThat(alice.send(Command.TAG, form).status()).isEqualTo(303);
            assertThat(digest("fixed", "latest")).isEqualTo(first.toString());

            assertThat(alice.send(Command.TAG, form).text())
                    .contains("The tag has changed", "names this manifest already");

            assertThat(alice.get("/console/tag?name=fixed&reference=" + second + "&tag=v1")
                            .text())
                    .contains("The policy does not allow this tag to be moved.")
                    .doesNotContain("name=\"seen\"");
            Map<String, String> moved =
                    Map.of("name", "fixed", "reference", second.toString(), "tag", "v1", "seen", first.toString());
            assertThat(alice.send(Command.TAG, moved).status()).isEqualTo(403);
            assertThat(digest("fixed", "v1")).isEqualTo(first.toString());
        }
    }

    @Test
    void tokenIsForWhatThePolicyAllows() throws Exception {
        push("tokens", "1");
        try (Visitor rita = signedIn("rita")) {
            String page = rita.send(Command.ISSUE_TOKEN, Map.of("name", "tokens", "pull", "true", "push", "true"))
                    .text();
            assertThat(page).contains("This token allows pull in tokens.");
            var token = Pattern.compile("<code>([^<]+)</code>").matcher(page);
            assertThat(token.find()).isTrue();
            HttpResponse<byte[]> pulled =
                    client.get("/v2/tokens/manifests/1", "Authorization", "Bearer " + token.group(1));
            assertThat(pulled.statusCode()).isEqualTo(200);

            assertThat(rita.send(Command.ISSUE_TOKEN, Map.of("name", "tokens", "push", "true"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void jobRunsAndItsReportIsShownOnBothInstances() throws Exception {
        try (Visitor olga = signedIn("olga")) {
            assertThat(olga.send(Command.START_JOB, Map.of("job", "scrub", "dry-run", "true"))
                            .header("Location"))
                    .isEqualTo("/console/jobs");
            Await.until(
                    "the report", SOON, () -> olga.get("/console/jobs").text().contains("COMPLETED"));
            olga.turnTo(servers.get(1).port());
            assertThat(olga.get("/console/jobs").text()).contains("COMPLETED", "dry run");

            assertThat(olga.send(Command.START_JOB, Map.of("job", EVIL, "dry-run", "true"))
                            .text())
                    .contains("There is no job &lt;script")
                    .doesNotContain(EVIL);
            assertThat(olga.send(Command.STOP_JOB, Map.of("job", "collect")).status())
                    .isEqualTo(303);
        }
    }

    @Test
    void switchIsSetAndKeepsWritesOut() throws Exception {
        push("kept", "1");
        try (Visitor olga = signedIn("olga");
                Visitor alice = signedIn("alice")) {
            String page = alice.get("/console/delete?name=kept&reference=1").text();
            Map<String, String> form = Map.of("name", "kept", "reference", "1", "seen", seen(page));
            try {
                olga.send(Command.SET_SWITCH, Map.of("switch", "registry.read-only", "position", "true"));
                assertThat(alice.send(Command.DELETE, form).status()).isEqualTo(405);
            } finally {
                olga.send(Command.SET_SWITCH, Map.of("switch", "registry.read-only", "position", ""));
            }
            assertThat(olga.send(Command.SET_SWITCH, Map.of("switch", "registry.read-only", "position", "maybe"))
                            .status())
                    .isEqualTo(400);
            assertThat(status("kept", "1")).isEqualTo(200);
            assertThat(alice.send(Command.DELETE, form).status()).isEqualTo(303);
        }
    }

    @Test
    void endpointsAndQuotasAreShownWithoutSecrets() throws Exception {
        push("events", "1");
        try (Visitor olga = signedIn("olga")) {
            String events = olga.get("/console/events").text();
            assertThat(events).contains("http://127.0.0.1:1/hooks").doesNotContain("token=hidden");
            assertThat(olga.get("/console/quotas").text()).contains("1 GB");
            assertThat(olga.send(Command.REPLAY, Map.of("endpoint", "none")).status())
                    .isEqualTo(400);
            assertThat(olga.send(Command.REPLAY, Map.of("endpoint", "../ci")).status())
                    .isEqualTo(400);
            Await.until(
                    "the endpoint",
                    SOON,
                    () -> olga.send(Command.REPLAY, Map.of("endpoint", "ci")).status() == 303);
            assertThat(olga.send(Command.DISCARD, Map.of("endpoint", "ci")).status())
                    .isEqualTo(303);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/sign-in?next=EVIL",
                "/console/repositories?q=EVIL",
                "/console/repository?name=EVIL",
                "/console/repository?name=app&done=EVIL",
                "/console/repository?name=app&last=EVIL",
                "/console/delete?name=app&reference=EVIL",
                "/console/tag?name=app&reference=EVIL",
                "/console/tag?name=app&reference=1&tag=EVIL",
                "/console/events?endpoint=EVIL",
                "/console/load?instance=EVIL",
                "/console/audit?q=EVIL",
                "/console/EVIL"
            })
    void markupOfAClientIsText(String path) throws Exception {
        push("app", "1");
        for (String evil :
                List.of(EVIL, "\"><img src=x onerror=alert(1)>", "'\"><svg/onload=alert(1)>", "javascript:alert(1)")) {
            for (String user : List.of("olga", "alice")) {
                try (Visitor visitor = signedIn(user)) {
                    String page = visitor.get(path.replace("EVIL", Visitor.escape(evil)))
                            .text();
                    assertThat(page)
                            .doesNotContain("<script>alert", "<img src=x", "<svg/onload")
                            .doesNotContain("href=\"javascript:", "action=\"javascript:");
                }
            }
        }
    }

    /** The audit log has the names that clients have made up. */
    @Test
    void auditShowsWhatWasDoneAsText() throws Exception {
        try (Visitor visitor = visitor();
                Visitor olga = signedIn("olga")) {
            visitor.signIn("eve" + EVIL, "x", "");
            olga.send(Command.STOP_JOB, Map.of("job", "scrub"));

            String page = olga.get("/console/audit").text();
            assertThat(page).contains("eve&lt;script", "PASSWORD", "job scrub").doesNotContain(EVIL);
            assertThat(olga.get("/console/audit?q=stop-JOB").text())
                    .contains("job scrub")
                    .doesNotContain("eve&lt;");
            assertThat(olga.get("/console/audit?q=nothing-like-it").text()).contains("No entry has this word.");
        }
    }

    @Test
    void markupInAUserNameIsText() throws Exception {
        try (Visitor visitor = visitor()) {
            assertThat(visitor.signIn("\">" + EVIL, "x", "").text())
                    .contains("&lt;script")
                    .doesNotContain(EVIL);
        }
    }

    @Test
    void sessionEndsWithItsPasswordOnly() throws Exception {
        try (Visitor dora = signedIn("dora")) {
            dora.turnTo(servers.get(1).port());
            assertThat(dora.get("/console/").status())
                    .as("at the other instance")
                    .isEqualTo(200);
            servers.get(1).kill();
            servers.get(1).start();
            assertThat(dora.get("/console/").status()).as("after a kill").isEqualTo(200);

            logins.add("dora", "another password");
            Await.until("the end", SOON, () -> dora.get("/console/").status() == 303);
        }
    }

    @Test
    void thereAreNoOtherPagesAndMethods() throws Exception {
        try (Visitor olga = signedIn("olga")) {
            assertThat(olga.get("/console/other").status()).isEqualTo(404);
            assertThat(olga.get("/console/do/delete").status()).isEqualTo(404);
            assertThat(client.status("PUT", "/console/")).isEqualTo(405);
            assertThat(client.status("DELETE", "/console/")).isEqualTo(405);
        }
    }

    private static Digest push(String name, String tag) throws Exception {
        return push(name, tag, "layer");
    }

    private static Digest push(String name, String tag, String layer) throws Exception {
        client.pushImage(name, tag, Content.bytes(layer), Logins.basic("alice"));
        return Content.image(Digest.of(Content.bytes(layer))).digest();
    }

    private static void put(String name, String reference, Manifest manifest) throws Exception {
        RegistryClient.require(
                201,
                client.send(
                        "PUT",
                        "/v2/" + name + "/manifests/" + reference,
                        BodyPublishers.ofByteArray(manifest.bytes()),
                        "Content-Type",
                        manifest.mediaType().value(),
                        "Authorization",
                        Logins.basic("alice")));
    }

    private static HttpResponse<byte[]> manifest(String name, String reference) throws Exception {
        return client.get("/v2/" + name + "/manifests/" + reference, "Authorization", Logins.basic("alice"));
    }

    private static int status(String name, String reference) throws Exception {
        return manifest(name, reference).statusCode();
    }

    private static String digest(String name, String reference) throws Exception {
        return manifest(name, reference)
                .headers()
                .firstValue("Docker-Content-Digest")
                .orElse("");
    }

    private static String log() throws Exception {
        return Files.readString(servers.getFirst().log());
    }
}
