package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.Test;

/** A scrub that takes what is corrupt or lost from Debian's {@code docker-registry}. */
@NeedsCommand(DockerRegistry.PROGRAM)
class RepairIT {
    private static final String NAME = "library/image";
    private static final Duration SOON = Duration.ofMinutes(2);

    @Test
    void corruptAndLostContentComesFromAnotherRegistry() throws Exception {
        Path work = BuildDirectory.make("repair");
        Path root = work.resolve("root");
        byte[] layer = Content.random(3_000_000);
        byte[] config = Content.random(1000);
        Manifest image = Content.image(Digest.of(config), Digest.of(layer));
        try (DockerRegistry other = new DockerRegistry(work, Files.createDirectories(work.resolve("other")));
                RegistryClient there = other.client();
                ServerProcess server = new ServerProcess(
                        work.resolve("server"), root, "-Dregistry.scrub.repair-from=" + other.base());
                RegistryClient here = server.client()) {
            for (RegistryClient each : List.of(there, here)) {
                each.pushBlob(NAME, layer);
                each.pushBlob(NAME, config);
                each.pushManifest(NAME, "latest", image);
            }
            Files.writeString(data(root, Digest.of(layer)), "corrupt");
            Files.delete(data(root, Digest.of(config)));
            Files.delete(data(root, image.digest()));

            Command.Result result = new Command(
                            work,
                            Map.of("JAVA_HOME", System.getProperty("java.home")),
                            List.of(
                                    Path.of("ops/scrub").toAbsolutePath().toString(),
                                    "--controller=" + server.managementPort()))
                    .attempt();

            assertThat(result.out()).startsWith("DONE: 3 problems, 3 repaired, in");
            assertThat(result.status()).as(result.err()).isZero();
            assertThat(here.get("/v2/" + NAME + "/manifests/latest").body()).isEqualTo(image.bytes());
            assertThat(here.get("/v2/" + NAME + "/blobs/" + Digest.of(layer)).body())
                    .isEqualTo(layer);
            assertThat(here.get("/v2/" + NAME + "/blobs/" + Digest.of(config)).body())
                    .isEqualTo(config);
            Await.until("the metric", SOON, () -> server.figure("registry_job_last_repaired", "job=\"scrub\"") == 3);
            assertThat(server.figure("registry_job_last_problems", "job=\"scrub\""))
                    .isZero();
        }
    }

    private static Path data(Path root, Digest digest) {
        return root.resolve(
                "docker/registry/v2/blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data");
    }
}
