package org.fedoraproject.registry.flatpak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How soon the index of either instance has what was pushed to one of them. */
class TwoInstancesIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ROUNDS = 9;

    private static List<ServerProcess> servers;
    private static RegistryClient one;
    private static RegistryClient two;

    @BeforeAll
    static void start() throws Exception {
        Path work = BuildDirectory.make("flatpak-two");
        String[] options = {"-Dregistry.index.enabled=true", "-Dregistry.flatpak.enabled=true"};
        servers = Together.start(
                () -> new ServerProcess(work.resolve("one"), work.resolve("root"), options),
                () -> new ServerProcess(work.resolve("two"), work.resolve("root"), options));
        one = servers.get(0).client();
        two = servers.get(1).client();
        for (RegistryClient each : List.of(one, two)) {
            Await.until("the index is there", SOON, () -> each.status("GET", "/index/static") == 200);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (servers != null) {
            one.close();
            two.close();
            for (ServerProcess each : servers) {
                each.close();
            }
        }
    }

    @Test
    void pushThroughEitherIsInTheIndexOfBothWithinASecond() throws Exception {
        push(one, "warm/up", 0);
        Await.until("it is there", SOON, () -> has(two, "warm/up", 0));

        assertSoon("the other instance, of a push to the first", delays(one, two, "to/one"));
        assertSoon("the other instance, of a push to the second", delays(two, one, "to/two"));
        assertSoon("the same instance", delays(one, one, "to/itself"));
    }

    /** The median, because the machine may do other things at a moment. */
    private static void assertSoon(String what, List<Long> millis) {
        System.out.printf("TwoInstancesIT: %s: %s ms%n", what, millis);
        assertThat(millis.get(ROUNDS / 2)).as(what).isLessThan(1000);
    }

    /** From the answer to the push, in milliseconds, sorted. */
    private static List<Long> delays(RegistryClient to, RegistryClient asked, String name) throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            int version = round;
            push(to, name, version);
            long pushed = System.nanoTime();
            Await.until("version " + round, SOON, () -> has(asked, name, version));
            millis.add((System.nanoTime() - pushed) / 1_000_000);
        }
        return millis.stream().sorted().toList();
    }

    private static boolean has(RegistryClient asked, String name, int version) throws Exception {
        String index = new String(
                asked.get("/index/static?repository=" + name + "&tag=latest").body(), StandardCharsets.UTF_8);
        return index.contains("version-" + version + "-");
    }

    /** Each version is another image under the same tag. */
    private static void push(RegistryClient to, String name, int version) throws Exception {
        byte[] config = Content.bytes("""
                {"os": "linux", "architecture": "amd64", "config": {"Labels": {"org.flatpak.ref": "app/x/x86_64/stable",
                 "version": "version-%d-"}}}""".formatted(version));
        Digest digest = to.pushBlob(name, config);
        to.pushManifest(name, "latest", Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [],
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d}}""".formatted(digest, config.length)));
    }
}
