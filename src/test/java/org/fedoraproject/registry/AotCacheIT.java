package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The cache of classes that {@code ops/aot-cache} makes, with which a server starts faster. */
class AotCacheIT {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path JDK = Path.of(System.getProperty("java.home"));

    private Path work;
    private Path base;
    private Path cache;

    @BeforeEach
    void makeDirectories() throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "a JDK that has such caches");
        work = BuildDirectory.make("aot-cache");
        base = Files.createDirectory(work.resolve("base"));
        cache = base.resolve("classes.aot");
    }

    /** By {@code ops/serve} or {@code ops/cluster}, if a test has started one of them: it takes half a minute to make. */
    @Test
    void cacheThatWasMadeHereIsUsed() throws Exception {
        Path made = BuildDirectory.server().resolve("classes.aot");
        FileTime tool = Files.getLastModifiedTime(PROJECT.resolve("ops/aot-cache"));
        if (Files.exists(made) && Files.getLastModifiedTime(made).compareTo(tool) < 0) {
            Files.delete(made.resolveSibling("classes.aot.jdk"));
        }
        String script = "project=$0 name=test; . ops/lib.sh; find_jdk; cache_when_needed";
        new Command(PROJECT, Map.of("JAVA_HOME", JDK.toString()), List.of("bash", "-euc", script, PROJECT.toString()))
                .run();

        assertThat(made).isNotEmptyFile();
        assertThat(mappedByServer(made)).isTrue();
    }

    @Test
    void cacheThatIsNoneIsIgnoredInSilence() throws Exception {
        Files.writeString(cache, "no cache");
        Files.copy(JDK.resolve("release"), base.resolve("classes.aot.jdk"));

        assertThat(mappedByServer(cache)).isFalse();
    }

    @Test
    void cacheOfAnotherJdkIsNotEvenOffered() throws Exception {
        Files.writeString(cache, "whatever that has");
        Files.writeString(base.resolve("classes.aot.jdk"), "JAVA_VERSION=\"24\"\n");

        assertThat(mappedByServer(cache)).isFalse();
        assertThat(log()).noneMatch(line -> line.contains(cache.toString()));
    }

    /** Starts a server, which must answer and say nothing of a cache, and tells whether its JVM has the cache in its memory. */
    private boolean mappedByServer(Path cache) throws Exception {
        try (ServerProcess server = new ServerProcess(base, work.resolve("root"));
                RegistryClient client = server.client()) {
            assertThat(client.status("GET", "/v2/")).isEqualTo(200);
            // of the JVM: WildFly's own lines are objects
            assertThat(log()).noneMatch(line -> line.startsWith("["));
            for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
                Path maps = Path.of("/proc", Long.toString(process.pid()), "maps");
                if (Files.readString(maps).contains(cache.toString())) {
                    return true;
                }
            }
            return false;
        }
    }

    private List<String> log() throws Exception {
        return Files.readAllLines(base.resolve("server.log"));
    }
}
