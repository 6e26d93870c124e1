package org.fedoraproject.registry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.EventLoad;
import org.fedoraproject.registry.testing.EventReceiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What {@code EventsIT} does on a local disk, on real NFS: two hosts put events into one queue, and one of them is killed.
 * Runs with {@code -Dit.nfs.events=4000}, for so many events; {@code -Dit.nfs.mount} says how it is mounted.
 */
@EnabledIfSystemProperty(named = "it.nfs.events", matches = "[0-9]+")
@OnNfsLab
class EventsOnNfsIT {
    private static final int EVENTS = Integer.getInteger("it.nfs.events", 0);
    private static final int CLIENTS = 4;

    /** A host takes the killed one's claim for alive for a minute. */
    private static final Duration LONG = Duration.ofMinutes(15);

    private static final String ANY_ADDRESS = "0.0.0.0";
    /** Of this host, as the lab's hosts see it. */
    private static final String ADDRESS = "198.18.9.254";

    private NfsLab lab;

    @Test
    void allEventsArriveInOrderThoughAHostIsKilled() throws Exception {
        Path work = BuildDirectory.make("nfs-events");
        EventLoad load = new EventLoad(EVENTS, CLIENTS, List.of(() -> lab.a(), () -> lab.b()));
        try (EventReceiver receiver = new EventReceiver(InetAddress.getByName(ANY_ADDRESS), load::take)) {
            Path file = Files.writeString(work.resolve("endpoints"), """
                    {"endpoints": [{"name": "ci", "url": "%s", "actions": ["push", "tag"], "timeout": "PT5S", "batch": 50}]}""".formatted(
                            receiver.url().replaceFirst("//[^/]*(:[0-9]+)", "//" + ADDRESS + "$1")));
            try (NfsLab started = NfsLab.start(Map.of("REGISTRY_EVENTS_ENDPOINTS", file.toString()))) {
                lab = started;
                run(load);
            }
        }
    }

    private void run(EventLoad load) throws Exception {
        long begin = System.nanoTime();
        load.start();
        load.reach(0.3, LONG);
        lab.does("kill", "a");
        load.reach(0.6, LONG);
        lab.does("restart", "a");
        load.join();
        long pushed = System.nanoTime();
        Await.until("all events", LONG, load::isDelivered);
        System.out.printf(
                "EventsOnNfsIT: %s: %s; pushed in %.1f s, all there %.1f s after the last push%n",
                NfsLab.FIRST, load.summary(), (pushed - begin) / 1e9, (System.nanoTime() - pushed) / 1e9);
        assertThat(load.pushed()).isGreaterThanOrEqualTo(EVENTS / CLIENTS / 2 * CLIENTS);
        assertThat(load.disorder()).isEmpty();
    }
}
