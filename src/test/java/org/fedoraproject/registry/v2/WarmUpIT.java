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

/** What the server asks itself after a start, and that WildFly's own figures count. */
class WarmUpIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void serverAsksItselfAfterAStartAndKeepsThatOutOfTheAccessLog() throws Exception {
        Path work = BuildDirectory.make("warm-up");
        try (ServerProcess server = new ServerProcess(work.resolve("base"), work.resolve("root"));
                RegistryClient client = server.client()) {
            Manifest manifest = Content.manifest("""
                    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}""");
            client.pushManifest("some", "tag", manifest);
            server.stop();
            server.start();

            Await.until("requests that nobody else makes", SOON, () -> requests(server) > 100);
            client.get("/v2/some/manifests/tag");

            String ours = "\"path\":\"/v2/some/manifests/tag\"";
            Await.until("the line of our own", SOON, () -> lines(server, "\"method\":\"GET\"", ours) > 0);
            assertThat(lines(server, "\"method\":\"GET\"", ours)).isEqualTo(1);
        }
    }

    private static int requests(ServerProcess server) throws Exception {
        return server.figure("undertow_request_count_total", "name=\"default\"");
    }

    private static long lines(ServerProcess server, String... parts) throws Exception {
        try (var lines = Files.lines(server.log())) {
            return lines.filter(line -> Arrays.stream(parts).allMatch(line::contains))
                    .count();
        }
    }
}
