package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;

/**
 * A request and what its answer must be; besides that, the rules that hold for every answer. {@code {name}} in any text stands
 * for a variable of the row.
 */
final class Exchange implements Step {
    /** Nothing of the inside is told: classes, stack traces, products, paths. */
    private static final String INSIDE =
            "(?is).*(exception|\\bat [a-z]+\\.[a-z]|wildfly|undertow|resteasy|jboss|/docker/registry).*";

    private static final int ANY_BUT_SERVER_ERROR = 0;
    private static final long PATIENCE_MILLIS = 10_000;

    private final String method;
    private final String path;
    private final String raw;
    private final List<String> headers = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private String body = "";
    private boolean chunked;
    private boolean patient;
    private boolean outside;
    private boolean shown = true;
    private int status = ANY_BUT_SERVER_ERROR;
    private String code = "";

    private interface Check {
        void check(Reply reply, Session session);
    }

    private Exchange(String method, String path, String raw) {
        this.method = method;
        this.path = path;
        this.raw = raw;
    }

    static Exchange get(String path) {
        return request("GET", path);
    }

    static Exchange head(String path) {
        return request("HEAD", path);
    }

    static Exchange post(String path) {
        return request("POST", path);
    }

    static Exchange put(String path) {
        return request("PUT", path);
    }

    static Exchange patch(String path) {
        return request("PATCH", path);
    }

    static Exchange delete(String path) {
        return request("DELETE", path);
    }

    static Exchange request(String method, String path) {
        return new Exchange(method, path, null);
    }

    /** A request as it goes over the wire, in ISO 8859-1; without the empty line at the end of the headers. */
    static Exchange raw(String... lines) {
        String[] first = lines[0].split(" ");
        return new Exchange(first[0], first.length > 1 ? first[1] : "", String.join("\r\n", lines) + "\r\n\r\n");
    }

    Exchange with(String header, String value) {
        headers.addAll(List.of(header, value));
        return this;
    }

    Exchange body(String text) {
        body = text;
        return this;
    }

    /** Sends the body without telling its length. */
    Exchange chunked() {
        chunked = true;
        return this;
    }

    /** The server answers this one before the application can: with a status and nothing else. */
    Exchange outside() {
        outside = true;
        return this;
    }

    /** Leaves the row's name to other exchanges. */
    Exchange hidden() {
        shown = false;
        return this;
    }

    /** Asks again for a while, as long as the answer is another. */
    Exchange atLast() {
        patient = true;
        return this;
    }

    Exchange is(int expected) {
        status = expected;
        return this;
    }

    Exchange is(int expected, String errorCode) {
        code = errorCode;
        return is(expected);
    }

    Exchange header(String name, String value) {
        checks.add((reply, session) -> assertThat(reply.header(name)).as(name).isEqualTo(session.fill(value)));
        return this;
    }

    Exchange headers(String name, String... values) {
        checks.add((reply, session) -> assertThat(reply.all(name)).as(name).containsExactly(values));
        return this;
    }

    Exchange without(String... names) {
        checks.add((reply, session) -> assertThat(reply.headers()).doesNotContainKeys(names));
        return this;
    }

    Exchange text(String expected) {
        checks.add((reply, session) -> assertThat(reply.text()).isEqualTo(session.fill(expected)));
        return this;
    }

    /** What the body tells among other things. */
    Exchange telling(String... parts) {
        for (String part : parts) {
            checks.add((reply, session) -> assertThat(reply.text()).contains(session.fill(part)));
        }
        return this;
    }

    Exchange json(Consumer<JsonObject> check) {
        checks.add((reply, session) -> check.accept(reply.json()));
        return this;
    }

    Exchange reply(Consumer<Reply> check) {
        checks.add((reply, session) -> check.accept(reply));
        return this;
    }

    /** Keeps a header as a variable for the exchanges that follow. */
    Exchange keep(String header, String variable) {
        checks.add((reply, session) -> {
            assertThat(reply.header(header)).as(header).isNotNull();
            session.variables().put(variable, reply.header(header));
        });
        return this;
    }

    /** Keeps the path of {@code Location} as {@code {upload}}, and all of it as {@code {location}}. */
    Exchange keepUpload() {
        keep("Location", "location");
        checks.add((reply, session) ->
                session.variables().put("upload", reply.header("Location").replaceFirst("\\?.*", "")));
        return this;
    }

    @Override
    public void run(Session session) throws Exception {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (true) {
            Reply reply = send(session);
            try {
                check(reply, session);
                return;
            } catch (AssertionError e) {
                if (!patient || System.currentTimeMillis() > until) {
                    throw new AssertionError(
                            session.fill(summary()) + "\n" + reply.status() + " " + reply.headers() + "\n"
                                    + reply.text().lines().limit(20).toList() + "\n" + e.getMessage(),
                            e);
                }
                Thread.sleep(20);
            }
        }
    }

    private Reply send(Session session) throws Exception {
        if (raw != null) {
            return session.wire().send(session.fill(raw) + body);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var publisher = chunked
                ? RegistryClient.stream(() -> new ByteArrayInputStream(bytes))
                : BodyPublishers.ofByteArray(bytes);
        var filled = headers.stream().map(session::fill).toArray(String[]::new);
        return Reply.of(session.registry().send(method, session.fill(path), publisher, filled));
    }

    private void check(Reply reply, Session session) {
        if (status == ANY_BUT_SERVER_ERROR) {
            assertThat(reply.status()).as("status").isLessThan(500);
        } else {
            assertThat(reply.status()).as("status").isEqualTo(status);
        }
        if (outside) {
            assertThat(reply.body()).isEmpty();
            return;
        }
        checkRules(reply);
        checks.forEach(check -> check.check(reply, session));
    }

    /** What holds for every answer. */
    private void checkRules(Reply reply) {
        assertThat(reply.header("Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
        assertThat(reply.headers()).doesNotContainKey("Content-Encoding");
        if (reply.header("Location") != null) {
            assertThat(reply.header("Location")).startsWith("/v2/");
        }
        if (method.equals("HEAD") || reply.status() == 204 || reply.status() == 304) {
            assertThat(reply.body()).isEmpty();
        } else if (reply.status() >= 400) {
            checkError(reply);
        }
        String digest = reply.header("Docker-Content-Digest");
        if (method.equals("GET") && status == 200 && digest != null) {
            assertThat(digest).isIn(Samples.sha256(reply.body()), Samples.sha512(reply.body()));
        }
    }

    private void checkError(Reply reply) {
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        var errors = reply.json().getJsonArray("errors");
        String told = errors.getJsonObject(0).getString("code");
        if (!told.equals("MANIFEST_BLOB_UNKNOWN")) { // each missing reference has one
            assertThat(errors).hasSize(1);
        }
        assertThat(errors.getValuesAs(JsonObject.class)).allSatisfy(error -> {
            assertThat(error.getString("message")).isNotBlank();
            assertThat(error.getString("code")).isEqualTo(told);
        });
        assertThat(told).matches("[A-Z_]+");
        if (status != ANY_BUT_SERVER_ERROR) {
            assertThat(told).isEqualTo(code);
        }
        assertThat(reply.text()).doesNotMatch(INSIDE);
    }

    @Override
    public Optional<String> shown() {
        return shown ? Optional.of(Samples.shorten(summary())) : Optional.empty();
    }

    private String summary() {
        String expected = status == ANY_BUT_SERVER_ERROR ? "no server error" : (status + " " + code).strip();
        return method + " " + path + " -> " + expected;
    }
}
