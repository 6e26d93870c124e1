package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.fedoraproject.registry.testing.TwoHosts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Two members of a cluster, on hosts between which the network can be cut: what they tell each other, and that they need not. */
@NeedsCommand("ip")
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SplitIT {
    /** A throw is looked for twice a second. */
    private static final Duration SOON = Duration.ofSeconds(3);
    /** A member that says nothing is out after 10 s; groups look for each other every 8 s at most. */
    private static final Duration REGROUP = Duration.ofSeconds(45);

    private static final int JGROUPS = 7600;
    private static final String MEMBERS = "registry_cluster_members";
    private static final String FIRST = "registry_cluster_first";

    private static Path work;
    private static TwoHosts hosts;
    private static ServerProcess one;
    private static ServerProcess two;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")) || "true".equals(System.getenv("CI")),
                "network namespaces need root");
        work = BuildDirectory.make("split");
        hosts = new TwoHosts(work);
        List<ServerProcess> members =
                Together.start(() -> member("one", hosts.one()), () -> member("two", hosts.two()));
        one = members.get(0);
        two = members.get(1);
        Await.until("both are members", REGROUP, () -> one.figure(MEMBERS) == 2 && two.figure(MEMBERS) == 2);
    }

    @AfterAll
    static void stop() throws Exception {
        for (ServerProcess server : new ServerProcess[] {one, two}) {
            if (server != null) {
                server.close();
            }
        }
        if (hosts != null) {
            hosts.close();
        }
    }

    private static ServerProcess member(String name, TwoHosts.Host host) throws Exception {
        return new ServerProcess(
                host,
                work.resolve(name),
                work.resolve("root"),
                "-c=standalone-ha.xml",
                "-Djboss.node.name=" + name,
                "-Djboss.tx.node.id=" + name,
                "-Dregistry.log.json=false",
                "-Dregistry.log.text=true",
                "-Dregistry.cluster.hosts=%s[%d],%s[%d]"
                        .formatted(hosts.one().between(), JGROUPS, hosts.two().between(), JGROUPS));
    }

    @Test
    @Order(1)
    void oneOfThemIsFirst() throws Exception {
        assertThat(one.figure(FIRST) + two.figure(FIRST)).isEqualTo(1);
    }

    @Test
    @Order(2)
    void switchThatIsThrownOnOneHoldsOnTheOther() throws Exception {
        cli(hosts.one(), one, "/system-property=registry.read-only:add(value=true)");
        assertThat(push(one)).as("where it was thrown, at once").isEqualTo(405);
        Await.until("the other refuses pushes", SOON, () -> push(two) == 405);
        assertThat(get(two, "/v2/_catalog")).as("what is no write goes on").isEqualTo(200);

        cli(hosts.two(), two, "/system-property=registry.read-only:add(value=false)");
        Await.until("the other takes pushes", SOON, () -> push(one) == 202);
        assertThat(push(two)).isEqualTo(202);
    }

    @Test
    @Order(3)
    void logLevelIsForAll() throws Exception {
        cli(hosts.two(), two, "/system-property=registry.log.level:add(value=DEBUG)");
        Await.until("the other has set it", SOON, () -> says(one, "registry.log.level is now 'DEBUG', set at two"));

        cli(hosts.two(), two, "/system-property=registry.log.level:write-attribute(name=value,value=loud)");
        Await.until(
                "it is refused", SOON, () -> says(two, "registry.log.level is no log level: loud; it stays 'DEBUG'"));

        cli(hosts.two(), two, "/system-property=registry.log.level:remove");
        Await.until("the other has taken it back", SOON, () -> says(one, "registry.log.level is now '', set at two"));
        assertThat(Files.readString(one.log()))
                .as("it was not told of what is none")
                .doesNotContain("loud");
    }

    private static boolean says(ServerProcess server, String message) throws IOException {
        return Files.readString(server.log()).contains(message);
    }

    @Test
    @Order(4)
    void partsOfASplitGoOnAndAgreeWhenItHeals() throws Exception {
        hosts.split();
        Await.until("each is alone", REGROUP, () -> one.figure(MEMBERS) == 1 && two.figure(MEMBERS) == 1);
        assertThat(one.figure(FIRST) + two.figure(FIRST))
                .as("each part has a first")
                .isEqualTo(2);

        acrossBoth("split");
        cli(hosts.one(), one, "/system-property=registry.read-only:write-attribute(name=value,value=true)");
        assertThat(push(one)).isEqualTo(405);
        Thread.sleep(SOON.toMillis());
        assertThat(push(two)).as("it has not heard of it").isEqualTo(202);

        hosts.connect();
        Await.until("both are members again", REGROUP, () -> one.figure(MEMBERS) == 2 && two.figure(MEMBERS) == 2);
        Await.until("what was missed is told", SOON, () -> push(two) == 405);
        assertThat(push(one)).isEqualTo(405);
    }

    @Test
    @Order(5)
    void memberThatStartsTakesOverHowSwitchesAre() throws Exception {
        two.stop();
        Await.until("the other is alone", REGROUP, () -> one.figure(MEMBERS) == 1);
        two.start();

        assertThat(push(two)).isEqualTo(405);
        cli(hosts.two(), two, "/system-property=registry.read-only:write-attribute(name=value,value=false)");
        Await.until("the other takes pushes", SOON, () -> push(one) == 202);
    }

    /** An upload whose every request goes to the other instance, and what it made. */
    private static void acrossBoth(String name) throws Exception {
        byte[] content = Content.random(100_000);
        Digest digest = Digest.of(content);
        try (RegistryClient first = one.client();
                RegistryClient second = two.client()) {
            String location = first.startUpload(name);
            RegistryClient.require(
                    201,
                    second.send(
                            "PUT",
                            RegistryClient.completing(URI.create(location).getRawPath(), digest),
                            BodyPublishers.ofByteArray(content)));
            assertThat(RegistryClient.require(200, first.get("/v2/" + name + "/blobs/" + digest))
                            .body())
                    .isEqualTo(content);
        }
    }

    /** WildFly's CLI on the member's own host, where it needs no password. */
    private static void cli(TwoHosts.Host host, ServerProcess server, String commands) throws Exception {
        List<String> line = new ArrayList<>(host.prefix());
        line.addAll(List.of(
                BuildDirectory.server().resolve("bin/jboss-cli.sh").toString(),
                "--connect",
                "--controller=" + host.outside() + ":" + server.managementPort(),
                "--commands=" + commands));
        new Command(work, Map.of("JAVA_HOME", System.getProperty("java.home")), line).run();
    }

    private static int push(ServerProcess server) throws Exception {
        try (RegistryClient client = server.client()) {
            return client.status("POST", "/v2/switched/blobs/uploads/");
        }
    }

    private static int get(ServerProcess server, String path) throws Exception {
        try (RegistryClient client = server.client()) {
            return client.status("GET", path);
        }
    }
}
