package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Fuzzer;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.RequestTargets;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests over bare sockets, {@code -Dit.requests} of each kind, on a server whose policy has one repository for everybody, open
 * to alice's pushes, and denies the rest.
 */
class HostileInputIT {
    private static final int REQUESTS = Integer.getInteger("it.requests", 4000);
    private static final long SEED = Long.getLong("fuzz.seed", 6);

    /** What the Servlet API says to methods that nobody knows (RFC 9110, 15.6.2). */
    private static final int NOT_IMPLEMENTED = 501;

    private static final String ALLOWED = "open/app";
    private static final String POLICY = """
            base open
            rule ** user:boss all
            rule open/app user:boss all
            rule open/app anyone pull
            rule open/app user:alice pull push delete
            """;

    /** Open as well, with names that look like endpoints; each has content of its own. */
    private static final List<String> NAMES =
            List.of("manifests/latest", "app/blobs/uploads", "tags/list", "v2/app", "secret/referrers/uploads");

    /** In a repository, and in a file outside of the tree. */
    private static final String MARK = "the secret content";

    private static Path work;
    private static ServerProcess server;
    private static Digest blob;
    private static Manifest manifest;
    private static Digest secretBlob;
    private static Manifest secretManifest;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("hostile");
        Files.createDirectories(work.resolve("root"));
        Files.writeString(work.resolve("root/outside"), MARK);
        Files.writeString(work.resolve("outside"), MARK);
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.auth.policy=" + Files.writeString(work.resolve("policy"), policy()),
                "-Dregistry.auth.passwords="
                        + Files.writeString(work.resolve("htpasswd"), Htpasswd.of("alice", "boss")));
        blob = Digest.of(Content.bytes("open content"));
        manifest = Content.image(blob);
        secretBlob = Digest.of(Content.bytes(MARK));
        secretManifest = Content.image(secretBlob);
        push(ALLOWED, "open content", manifest);
        for (String name : List.of("secret/app", "open", "open/app/sub", "open/ap", "app")) {
            push(name, MARK, secretManifest);
        }
        for (String name : NAMES) {
            push(name, name, contentOf(name));
        }
    }

    private static String policy() {
        return POLICY
                + String.join(
                        "\n",
                        NAMES.stream()
                                .map(name -> "rule " + name + " user:boss all\nrule " + name + " anyone pull")
                                .toList());
    }

    private static Manifest contentOf(String name) {
        return Content.image(Digest.of(Content.bytes(name)));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /** However a path is written, nothing of other repositories or files is read, and nothing is written there. */
    @Test
    void noEncodingLeavesTheRepository() throws Exception {
        Fuzzer fuzzer = new Fuzzer(SEED, List.of("/"));
        Paths paths = new Paths(fuzzer, secretBlob, secretManifest.digest());
        int[] answers = send(() -> request(fuzzer, paths.next(), fuzzer.pick(List.of("", "{}", MARK))));
        assertThat(answers[4]).as("refused").isGreaterThan(REQUESTS / 4);
    }

    /** What the policy has decided about is what is served, however the path to it is written. */
    @Test
    void policyAndResourceReadTheSamePath() throws Exception {
        push(ALLOWED, "open content", manifest); // another test may have deleted it
        RequestTargets targets = new RequestTargets(new Fuzzer(SEED, List.of("/")), NAMES);
        Wire wire = new Wire("127.0.0.1", server.port());
        int served = 0;
        for (int i = 0; i < REQUESTS; i++) {
            RequestTargets.Written written = targets.next(List.of("latest"));
            String told = i + " of seed " + SEED + ": " + written;
            Reply reply = wire.get(written.uri());
            boolean isOpen = NAMES.contains(written.name()) || written.name().equals(ALLOWED);
            assertThat(reply.status()).as(told).isEqualTo(status(written, isOpen));
            if (reply.status() == 200 && written.endpoint() == Endpoint.TAGS) {
                assertThat(reply.text()).as(told).contains("\"name\":\"" + written.name() + "\"");
                served++;
            } else if (reply.status() == 200 && written.endpoint() == Endpoint.MANIFEST) {
                Manifest own = written.name().equals(ALLOWED) ? manifest : contentOf(written.name());
                assertThat(reply.body()).as(told).isEqualTo(own.bytes());
                served++;
            }
        }
        assertThat(served).isGreaterThan(REQUESTS / 20);
    }

    /** What a caller without a name gets, who may pull from some repositories and do nothing else. */
    private static int status(RequestTargets.Written written, boolean isOpen) {
        if (written.endpoint().isOfRepository() && !isOpen) {
            return written.endpoint().isPage() ? 404 : 401;
        }
        return switch (written.endpoint()) {
            case BASE, TAGS, HOME_PAGE, REPOSITORY_PAGE -> 200;
            case CATALOG, REPOSITORIES -> 401;
            case UPLOADS -> 405;
            case MANIFEST, MANIFEST_PAGE -> written.reference().equals("latest") ? 200 : 404;
            case BLOB, REFERRERS -> 400; // no digest
            case UPLOAD, REPOSITORY_TAGS, FLATPAK_STATIC, FLATPAK_DYNAMIC, FLATPAK_ICON, ERROR_PAGE, UNKNOWN ->
                404; // the index is off
        };
    }

    /** Names, references, ranges and manifests, each nearly right, where alice may do everything. */
    @Test
    void nothingIsAnInternalError() throws Exception {
        Fuzzer names = new Fuzzer(SEED, Fuzzer.corpus("paths"));
        Fuzzer references = new Fuzzer(
                SEED,
                List.of(
                        "latest",
                        blob.toString(),
                        manifest.digest().toString(),
                        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
        Fuzzer ranges = new Fuzzer(SEED, Fuzzer.corpus("ranges"));
        Fuzzer manifests = new Fuzzer(SEED, Fuzzer.corpus("manifests"));
        int[] answers = send(() -> {
            String place = names.pick(
                    List.of("manifests/", "manifests/", "blobs/", "blobs/uploads/", "referrers/", "tags/list?n="));
            String path = names.below(4) == 0 ? names.next() : "/v2/" + ALLOWED + "/" + place + references.next();
            String range =
                    names.pick(List.of("Range: ", "Content-Range: ", "If-None-Match: ", "Accept: ")) + ranges.next();
            return request(names, path, manifests.next(), range);
        });
        assertThat(answers[2]).as("taken").isGreaterThan(REQUESTS / 100);
        assertThat(answers[4]).as("refused").isGreaterThan(REQUESTS / 4);
    }

    /** A header that an answer does not depend on leaves its status as it is, and no other is a server's error. */
    @Test
    void noHeaderBreaksARequestThatDoesNotDependOnIt() throws Exception {
        AnyHeader requests = AnyHeader.of(SEED, ALLOWED, blob, "open content", manifest);
        Wire wire = new Wire("127.0.0.1", server.port());
        Map<AnyHeader.Route, Integer> usual = new HashMap<>();
        for (int round = 1; round <= 2; round++) { // what the first has pushed is there in the second
            for (AnyHeader.Route route : requests.routes()) {
                usual.put(route, wire.send(route.with("")).status());
            }
        }
        assertThat(usual.values()).contains(200, 201, 202, 404);
        for (int i = 0; i < REQUESTS; i++) {
            AnyHeader.Request request = requests.next();
            String told = i + " of seed " + SEED + ": " + request.text();
            int status = answer(wire, request);
            if (request.irrelevant()) {
                assertThat(status).as(told).isEqualTo(usual.get(request.route()));
            } else {
                assertThat(status).as(told).isLessThan(500);
            }
        }
    }

    /** The status; 0 where a header that says how long the request is has left it without an answer. */
    private static int answer(Wire wire, AnyHeader.Request request) throws IOException {
        try {
            return wire.send(request.text()).status();
        } catch (IOException e) {
            if (request.irrelevant()) {
                throw new IOException(request.text(), e);
            }
            return 0;
        }
    }

    private interface Requests {
        String next();
    }

    /** Returns how many answers began with each digit. */
    private static int[] send(Requests requests) throws Exception {
        Wire wire = new Wire("127.0.0.1", server.port());
        Map<String, String> before = outside();
        int[] answers = new int[6];
        for (int i = 0; i < REQUESTS; i++) {
            String request = requests.next();
            Reply reply;
            try {
                reply = wire.send(request);
            } catch (IOException e) {
                continue; // not HTTP enough for an answer
            }
            String told = i + " of seed " + SEED + ": " + request;
            if (reply.status() != NOT_IMPLEMENTED) {
                assertThat(reply.status()).as(told).isBetween(200, 499);
            }
            assertThat(reply.text()).as(told).doesNotContain(MARK, "\"name\":\"secret", "\"open/app/sub\"");
            if (!request.contains(secretBlob.hex())) { // an error may quote what was asked for
                assertThat(reply.text()).as(told).doesNotContain(secretBlob.hex());
            }
            answers[reply.status() / 100]++;
        }
        assertThat(outside()).isEqualTo(before);
        contentIsNamedByItsDigest();
        try (RegistryClient registry = server.client()) {
            assertThat(registry.get("/v2/secret/app/blobs/" + secretBlob, "Authorization", Htpasswd.basic("boss"))
                            .body())
                    .as("what would have been found")
                    .isEqualTo(Content.bytes(MARK));
        }
        System.out.printf("hostile input: %d requests, answers by class %s%n", REQUESTS, Arrays.toString(answers));
        return answers;
    }

    private static String request(Fuzzer fuzzer, String target, String body, String... headers) {
        List<String> lines = new ArrayList<>();
        String method = fuzzer.pick(List.of(
                "GET", "GET", "GET", "HEAD", "PUT", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "get", "BREW"));
        boolean sendsBody = fuzzer.below(2) == 0;
        byte[] bytes = sendsBody ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
        lines.add(method + " " + target.replaceAll("[\r\n]", "") + " HTTP/1.1");
        lines.addAll(List.of("Host: registry.test", "Connection: close", "Content-Length: " + bytes.length));
        if (fuzzer.below(3) > 0) {
            lines.add("Authorization: " + Htpasswd.basic("alice"));
        }
        for (String header : headers) {
            lines.add(header.replaceAll("[\r\n]", ""));
        }
        return String.join("\r\n", lines) + "\r\n\r\n" + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Every file but those of the repository that alice may write to, the blobs, and what the server has for itself. */
    private static Map<String, String> outside() throws IOException {
        Path v2 = work.resolve("root/docker/registry/v2");
        List<Path> written = List.of(
                work.resolve("server"),
                work.resolve("root/.tmp"),
                v2.resolve("blobs"),
                v2.resolve("repositories/" + ALLOWED + "/_layers"),
                v2.resolve("repositories/" + ALLOWED + "/_manifests"),
                v2.resolve("repositories/" + ALLOWED + "/_referrers"),
                v2.resolve("repositories/" + ALLOWED + "/_uploads"));
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.toList()) {
                if (written.stream().noneMatch(file::startsWith)) {
                    found.put(file.toString(), Files.isRegularFile(file) ? Files.readString(file) : "");
                }
            }
        }
        return found;
    }

    private static void contentIsNamedByItsDigest() throws IOException {
        try (Stream<Path> files = Files.walk(work.resolve("root/docker/registry/v2/blobs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file.getParent().getFileName())
                        .hasToString(Digest.of(Files.readAllBytes(file)).hex());
            }
        }
    }

    private static void push(String name, String content, Manifest manifest) throws Exception {
        String boss = Htpasswd.basic("boss");
        String upload = "/v2/" + name + "/blobs/uploads/?digest=" + Digest.of(Content.bytes(content));
        String type = manifest.mediaType().value();
        try (RegistryClient registry = server.client()) {
            RegistryClient.require(
                    201, registry.send("POST", upload, BodyPublishers.ofString(content), "Authorization", boss));
            RegistryClient.require(
                    201,
                    registry.send(
                            "PUT",
                            "/v2/" + name + "/manifests/latest",
                            BodyPublishers.ofByteArray(manifest.bytes()),
                            "Authorization",
                            boss,
                            "Content-Type",
                            type));
        }
    }
}
