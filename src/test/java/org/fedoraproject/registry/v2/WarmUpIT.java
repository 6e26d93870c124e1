package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.Test;

/** What the server asks itself after a start. */
class WarmUpIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String DONE = "Warmed up with ";
    private static final String OURS = "\"path\":\"/v2/some/manifests/tag\"";

    /** What the test itself asks until the server answers. */
    private static final int FEW = 30;

    @Test
    void serverAsksItselfAfterAStartAndKeepsThatOutOfFiguresAndLogs() throws Exception {
        Path work = BuildDirectory.make("warm-up");
        try (ServerProcess server =
                        new ServerProcess(work.resolve("base"), work.resolve("root"), "-Dregistry.log.level=DEBUG");
                RegistryClient client = server.client()) {
            Manifest manifest = Content.manifest("""
                    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}""");
            client.pushManifest("some", "tag", manifest);
            server.stop();
            server.start();

            Await.until("the end of it", SOON, () -> warmUps(server) == 1);
            client.get("/v2/some/manifests/tag");

            Await.until("the line of our own", SOON, () -> lines(server, "\"method\":\"GET\"", OURS) > 0);
            assertThat(lines(server, "\"method\":\"GET\"", OURS)).isEqualTo(1);
            assertThat(server.figure("undertow_request_count_total", "name=\"default\""))
                    .isBetween(1, FEW);
            assertThat(server.figure("undertow_request_count_total", "RegistryApplication"))
                    .isBetween(1, FEW);
            int before = server.figure("undertow_request_count_total", "RegistryApplication");
            client.get("/v2/some/manifests/tag");
            assertThat(server.figure("undertow_request_count_total", "RegistryApplication"))
                    .isEqualTo(before + 1);
        }
    }

    /** How often the server has asked itself for more than a few. */
    private static long warmUps(ServerProcess server) throws Exception {
        try (var lines = Files.lines(server.log())) {
            return lines.filter(line -> line.matches(".*" + DONE + "[0-9]{3,} requests.*"))
                    .count();
        }
    }

    private static long lines(ServerProcess server, String... parts) throws Exception {
        try (var lines = Files.lines(server.log())) {
            return lines.filter(line -> Arrays.stream(parts).allMatch(line::contains))
                    .count();
        }
    }
}
