package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members that find each other in a directory, and talk over TLS with a key that only they have. */
@Timeout(400)
class ClusterTrafficIT {
    private static final Duration JOIN = Duration.ofSeconds(60);
    /** Twice the time in which groups look for each other. */
    private static final Duration NEVER = Duration.ofSeconds(16);

    private static final String MEMBERS = "registry_cluster_members";

    private final List<ServerProcess> servers = new ArrayList<>();
    private Path work;

    @AfterEach
    void stop() throws Exception {
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    @Test
    void keyIsTheWayIn() throws Exception {
        work = BuildDirectory.make("cluster-traffic");
        Path key = key("members");
        int[] ports = {Ports.free(), Ports.free(), Ports.free(), Ports.free()};
        String tls = "-Dregistry.cluster.tls=true";
        String theirs = "-Dregistry.cluster.key-store=" + key;
        servers.addAll(
                Together.start(() -> member("one", ports[0], tls, theirs), () -> member("two", ports[1], tls, theirs)));
        ServerProcess one = servers.get(0);
        ServerProcess two = servers.get(1);
        for (ServerProcess server : List.of(one, two)) {
            server.management().chooseStack("tcp-directory");
        }
        Await.until("both are members", JOIN, () -> one.figure(MEMBERS) == 2 && two.figure(MEMBERS) == 2);
        Await.until("it has started again", JOIN, one.management()::isRunning);
        one.management().set("registry.read-only", "true");
        Await.until("switches get across", JOIN, () -> two.figure("registry_read_only") == 1);

        String hosts = "-Dregistry.cluster.hosts=127.0.0.1[%d],127.0.0.1[%d]".formatted(ports[0], ports[1]);
        String another = "-Dregistry.cluster.key-store=" + key("other");
        servers.addAll(Together.start(
                () -> member("other", ports[2], hosts, tls, another), () -> member("plain", ports[3], hosts)));
        ServerProcess other = servers.get(2);
        ServerProcess plain = servers.get(3);
        Thread.sleep(NEVER.toMillis());
        assertThat(Stream.of(one, two, other, plain).map(ClusterTrafficIT::members))
                .as("those with the key, and each of the others alone")
                .containsExactly(2, 2, 1, 1);
        assertThat(other.figure("registry_read_only")).isZero();
    }

    private ServerProcess member(String name, int port, String... options) throws Exception {
        return new ServerProcess(
                work.resolve(name),
                work.resolve("root"),
                Stream.concat(
                                Stream.of(
                                        "-c=standalone-ha.xml",
                                        "-Djboss.node.name=" + name,
                                        "-Djboss.tx.node.id=" + name,
                                        "-Dregistry.cluster.directory=" + work.resolve("members"),
                                        "-Djboss.jgroups.tcp.port=" + port,
                                        "-Djboss.jgroups.tcp-fd.port=" + Ports.free()),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    private Path key(String name) throws Exception {
        Path store = work.resolve(name + ".p12");
        new Command(
                        work,
                        Map.of("JAVA_HOME", System.getProperty("java.home")),
                        List.of(
                                Path.of("ops/tls-keystore").toAbsolutePath().toString(),
                                "--self-signed",
                                store.toString()))
                .run();
        return store;
    }

    private static int members(ServerProcess server) {
        try {
            return server.figure(MEMBERS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
