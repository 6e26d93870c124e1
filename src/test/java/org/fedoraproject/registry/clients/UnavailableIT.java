package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.bind.JsonbBuilder;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.Test;

/** What clients are told where there is no application to tell it: to come again, as the specification says it. */
class UnavailableIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** As the application itself says it. */
    private static final String BODY = JsonbBuilder.create().toJson(Errors.of(ErrorCode.UNAVAILABLE, null));

    @Test
    void serverWithoutTheApplicationSaysSo() throws Exception {
        Path work = BuildDirectory.make("unavailable");
        try (ServerProcess server = new ServerProcess(work.resolve("base"), work.resolve("root"));
                RegistryClient client = server.client()) {
            assertThat(client.get("/v2/").headers().map()).doesNotContainKey("Retry-After");
            assertThat(client.get("/v2/a/tags/list").headers().map()).doesNotContainKey("Retry-After");
            server.cli("undeploy registry.war --keep-content");

            assertThatComeAgainIsSaid(client);

            server.cli("deploy --name=registry.war");
            Await.until("it is back", SOON, client::answers);
            assertThat(client.get("/v2/").headers().map()).doesNotContainKey("Retry-After");
            server.cli(":suspend");

            assertThatComeAgainIsSaid(client);
        }
    }

    @Test
    void frontWithoutInstancesSaysSo() throws Exception {
        Path lb = BuildDirectory.server().resolveSibling("lb");
        Path base = Files.createDirectories(BuildDirectory.make("front-alone").resolve("base"));
        Command.of(base, "cp", "-r", lb.resolve("standalone/configuration").toString(), base.toString())
                .run();
        int port = Ports.free(3);
        ProcessBuilder builder = new ProcessBuilder(
                lb.resolve("bin/standalone.sh").toString(),
                "-Djboss.http.port=" + port,
                "-Djboss.mcmp.port=" + (port + 1),
                "-Djboss.management.http.port=" + (port + 2));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JBOSS_BASE_DIR", base.toString());
        builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "true");
        try (RegistryClient client = new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
                Daemon front = Daemon.start(builder, base.resolve("front.log"), SOON, () -> listens(client))) {
            assertThatComeAgainIsSaid(client);
            front.stop();
        }
    }

    private static boolean listens(RegistryClient client) throws Exception {
        try {
            return client.status("GET", "/") == 503;
        } catch (ConnectException e) {
            return false;
        }
    }

    private static void assertThatComeAgainIsSaid(RegistryClient client) throws Exception {
        for (String path : List.of("/v2/", "/v2/a/manifests/latest?x=1", "/v2/a/blobs/uploads/1")) {
            for (HttpResponse<byte[]> answer : List.of(
                    client.get(path, "Accept", "text/html"),
                    client.send("PATCH", path, BodyPublishers.ofByteArray(new byte[100_000])))) {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
            }
            HttpResponse<byte[]> answer = client.send("HEAD", path);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        }
    }
}
