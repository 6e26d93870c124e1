package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Load;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code -Dit.connections} idle clients, and a tenth as many that never end a request's head, beside those that pull. */
class SlowClientsIT {
    private static final int CONNECTIONS = Integer.getInteger("it.connections", 500);
    private static final int ROUNDS = Integer.getInteger("it.rounds", 3);
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("it.round-seconds", 2));
    private static final int PULLERS = 4;

    private static ServerProcess server;
    private static Digest blob;

    @BeforeAll
    static void start() throws Exception {
        Path work = BuildDirectory.make("slow-clients");
        server = new ServerProcess(
                work.resolve("server"),
                work.resolve("root"),
                "-Dregistry.http.head-timeout=1500",
                "-Dregistry.http.idle-timeout=600000");
        try (RegistryClient registry = server.client()) {
            blob = registry.pushBlob("app", Content.random(64 << 10));
            registry.pushManifest("app", "latest", Content.image(blob));
        }
        pulls(ROUND); // warms up
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /** In turn, so that what else goes on here weighs on both. */
    @Test
    void pullsGoOnBesideSlowClients() throws Exception {
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        int ended = 0;
        for (int round = 0; round < ROUNDS; round++) {
            pulls(Duration.ofSeconds(1)); // while the server clears the slow ones of before away
            without.add(pulls(ROUND));
            try (SlowClients slow = new SlowClients(server.port(), CONNECTIONS, CONNECTIONS / 10)) {
                with.add(pulls(ROUND));
                Await.until(
                        "the end of the slow heads", Duration.ofSeconds(60), () -> slow.ended() >= CONNECTIONS / 10);
                assertThat(slow.held()).as("idle connections").isEqualTo(CONNECTIONS);
                ended += slow.ended();
            }
        }
        System.out.printf(
                "slow clients: %d idle, %d slow heads, %d of these ended; pulls a second without %s, with %s%n",
                CONNECTIONS, CONNECTIONS / 10, ended, rounded(without), rounded(with));
        assertThat(median(with)).as("pulls a second").isGreaterThan(median(without) / 2);
    }

    /** Of the manifest and a blob, a second; none fails. */
    private static double pulls(Duration time) throws Exception {
        try (Load load = new Load();
                RegistryClient registry = server.client()) {
            long began = System.nanoTime();
            for (int i = 0; i < PULLERS; i++) {
                load.start(number -> {
                    assertThat(registry.get("/v2/app/manifests/latest").statusCode())
                            .isEqualTo(200);
                    assertThat(Digest.of(registry.get("/v2/app/blobs/" + blob).body()))
                            .isEqualTo(blob);
                });
            }
            Thread.sleep(time);
            return load.stop() * 1e9 / (System.nanoTime() - began);
        }
    }

    private static double median(List<Double> rates) {
        List<Double> sorted = new ArrayList<>(rates);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static List<Long> rounded(List<Double> rates) {
        return rates.stream().map(Math::round).toList();
    }
}
