package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.LiveTree;
import org.fedoraproject.registry.testing.Load;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.SoakClients;
import org.fedoraproject.registry.testing.TreeRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Collections without a pause, with a grace time of seconds, while clients of two instances push images that share blobs,
 * mount, push again what was deleted, push indexes and referrers, delete and move tags; and now and then the instance that
 * collects is killed. No acknowledged push is lost, nobody is refused a blob that he was told of, and in the end the bytes on
 * disk are those that the images need. {@code -Dit.soak=3600} makes it last an hour. {@code -Dit.contrast=true} does the same to
 * Debian's {@code docker-registry} with its own collection in place of ours, and says how many acknowledged pushes that loses.
 */
class CollectionSoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("it.soak", 60));
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** A collection reads more after a longer run. */
    private static final Duration TIDY = GRACE.multipliedBy(12).plus(LENGTH.dividedBy(6));

    private static final Duration KILL_EVERY = Duration.ofSeconds(20);
    private static final boolean CONTRAST = Boolean.getBoolean("it.contrast");

    private Path work;
    private Path root;
    private final List<ServerProcess> servers = new ArrayList<>();
    private SoakClients clients;

    @BeforeEach
    void serve() throws Exception {
        work = BuildDirectory.make("collection-soak");
        root = TreeRoot.setUp(work.resolve("root"));
        if (CONTRAST) {
            return;
        }
        for (String name : List.of("one", "two")) {
            servers.add(new ServerProcess(
                    work.resolve(name),
                    root,
                    "-Dregistry.gc.enabled=true",
                    "-Dregistry.gc.grace=" + GRACE,
                    "-Dregistry.gc.untagged-after=P1D", // takes none in this time, but does all the work
                    "-Dregistry.jobs.collect-interval=PT1S",
                    "-Dregistry.gc.operations-per-second=100000"));
        }
        clients = new SoakClients(servers.getFirst().client(), servers.getLast().client(), GRACE);
    }

    @AfterEach
    void stop() throws Exception {
        clients.close();
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "it.contrast", matches = "true")
    @NeedsCommand(DockerRegistry.PROGRAM)
    void contrast() throws Exception {
        AtomicLong refused = new AtomicLong();
        long collections = 0;
        long failed = 0;
        try (DockerRegistry peer = new DockerRegistry(work, root)) {
            clients = new SoakClients(peer.client(), peer.client(), GRACE);
            long end = System.nanoTime() + LENGTH.toNanos();
            try (Load load = new Load()) {
                clients.start(load, refused);
                while (System.nanoTime() < end) {
                    try {
                        DockerRegistry.collectGarbage(work, root);
                        collections++;
                    } catch (AssertionError e) { // it stops at what a client deletes at that moment
                        failed++;
                    }
                }
            }
            System.out.printf(
                    "contrast: %s, %d collections, %d failed ones, %d pushes refused, %d of %d acknowledged ones lost%n",
                    clients, collections, failed, refused.get(), clients.lost(), clients.acknowledged());
        }
        assertThat(collections + failed).isPositive();
    }

    @Test
    @DisabledIfSystemProperty(named = "it.contrast", matches = "true")
    void nothingIsLostAndGarbageGoes() throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        long kills = 0;
        Load load = new Load();
        try (load) {
            clients.start(load);
            while (System.nanoTime() < end) {
                Thread.sleep(KILL_EVERY.toMillis());
                ServerProcess victim = servers.get((int) (kills++ % 2));
                victim.kill();
                victim.start();
            }
        }
        long rounds = load.stop();
        clients.verify();
        long collections = collections();

        Set<String> needed = needed();
        Await.until("bytes are those that images need", TIDY, () -> blobs().equals(needed));
        clients.verify();

        System.out.printf("soak: %d rounds, %s, %d kills, %d collections%n", rounds, clients, kills, collections);
        assertThat(collections).isPositive();
        assertThat(kills).isPositive();
    }

    private Set<String> needed() throws Exception {
        return clients.needed(LiveTree.files(root.resolve("docker/registry/v2/repositories"), "link").stream()
                .map(Path::toString)
                .filter(link -> link.contains("/revisions/"))
                .toList());
    }

    /** What is on disk, in the trash too. */
    private Set<String> blobs() throws IOException {
        Set<String> found = new HashSet<>();
        for (String top : List.of("docker/registry/v2/blobs", ".trash")) {
            LiveTree.files(root.resolve(top), "data")
                    .forEach(file -> found.add(file.getParent().getFileName().toString()));
        }
        return found;
    }

    private long collections() throws IOException {
        long logged = 0;
        for (ServerProcess server : servers) {
            try (Stream<String> lines = Files.lines(server.log())) {
                logged +=
                        lines.filter(line -> line.contains("Job collect: DONE")).count();
            }
        }
        return logged;
    }
}
