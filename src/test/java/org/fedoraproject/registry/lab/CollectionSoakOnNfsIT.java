package org.fedoraproject.registry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.Load;
import org.fedoraproject.registry.testing.SoakClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What {@code CollectionSoakIT} does on a local disk, on real NFS: two hosts that see each other's writes through the server
 * alone. Runs with {@code -Dit.nfs.soak=600}, for that many seconds; {@code -Dit.nfs.mount} says how it is mounted.
 */
@EnabledIfSystemProperty(named = "it.nfs.soak", matches = "[0-9]+")
@OnNfsLab
class CollectionSoakOnNfsIT {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("it.nfs.soak", 0));
    private static final Duration GRACE = Duration.ofSeconds(20);
    /** Longer than the other host takes the killed one's claim for alive. */
    private static final Duration KILL_EVERY = Duration.ofMinutes(2);

    private static final Duration TIDY = GRACE.multipliedBy(12).plus(LENGTH.dividedBy(3));
    private static final String TREE = "/export/main/registry/";

    private static final Pattern HEX = Pattern.compile(".*/([0-9a-f]{64})/data");

    private static final Map<String, String> SETTINGS = Map.of(
            "REGISTRY_GC_ENABLED", "true",
            "REGISTRY_GC_GRACE", GRACE.toString(),
            "REGISTRY_GC_OPERATIONS_PER_SECOND", "100000",
            "REGISTRY_JOBS_COLLECT_INTERVAL", "PT1S");

    private long collections;

    @Test
    void nothingIsLostAndGarbageGoes() throws Exception {
        try (NfsLab lab = NfsLab.start(SETTINGS);
                SoakClients clients = new SoakClients(lab.a(), lab.b(), GRACE)) {
            long end = System.nanoTime() + LENGTH.toNanos();
            int kills = 0;
            Load load = new Load();
            try (load) {
                clients.start(load);
                while (System.nanoTime() < end) {
                    Thread.sleep(KILL_EVERY.toMillis());
                    String host = kills++ % 2 == 0 ? "a" : "b";
                    countCollections(lab, host);
                    lab.does("kill", host);
                    lab.does("restart", host);
                }
            }
            long rounds = load.stop();
            clients.verify();
            countCollections(lab, "a");
            countCollections(lab, "b");

            Set<String> needed = clients.needed(find(lab, "docker", "*/revisions/*/link"));
            Await.until("bytes are those that images need", TIDY, () -> {
                Thread.sleep(1000);
                return blobs(lab).equals(needed);
            });
            clients.verify();

            System.out.printf(
                    "soak on %s: %d rounds, %s, %d kills, %d collections%n",
                    NfsLab.FIRST, rounds, clients, kills, collections);
            assertThat(collections).isPositive();
            assertThat(kills).isPositive();
        }
    }

    /** What it has logged since it was started. */
    private void countCollections(NfsLab lab, String host) throws Exception {
        String counted = lab.on(host, "sh", "-c", "grep -c 'Job collect: DONE' /lab/service.log || :");
        collections += Long.parseLong(counted.strip());
    }

    /** What is on disk, in the trash too. */
    private static Set<String> blobs(NfsLab lab) throws Exception {
        List<String> files = new ArrayList<>(find(lab, "docker/registry/v2/blobs", "*/data"));
        files.addAll(find(lab, ".trash", "*/data"));
        return files.stream()
                .map(HEX::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .collect(Collectors.toSet());
    }

    /** Files on the server itself; those that vanish meanwhile are none. */
    private static List<String> find(NfsLab lab, String top, String path) throws Exception {
        String command = "find '%s%s' -path '%s' -type f 2>/dev/null || :".formatted(TREE, top, path);
        return lab.on("server", "sh", "-c", command).lines().toList();
    }
}
