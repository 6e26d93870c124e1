package org.fedoraproject.registry.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.RegistryClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a request costs the NFS server, of names that are there and of names that are not; counted by the client's kernel. With
 * {@code -Dit.nfs.program=docker-registry} what it costs without a second look.
 */
@OnNfsLab
@Timeout(600)
class CostIT {
    private static final int REQUESTS = 100;
    /** For each file that a hit opens: what close-to-open asks, and an attribute that has run out now and then. */
    private static final double OPERATIONS_OF_A_FILE = 1.5;

    /**
     * A Linux server gives no delegation for a file whose handle looks like one of a file that it has recalled a delegation
     * of, for 30 to 60 s ({@code delegation_blocked} in {@code fs/nfsd/nfs4state.c}). It compares three bytes of a hash with a
     * set of 256 bits, so after many recalls, as from an earlier test, any file may be among them.
     */
    private static final int PATIENCE_TIMES = 5;

    private static final Duration BLOCKED = Duration.ofSeconds(20);

    private static final Pattern COUNT = Pattern.compile("(?m)^\\s+([A-Z0-9_]+): (\\d+) \\d+ \\d+ .*");

    private static final StringBuilder TABLE = new StringBuilder("""
            | request | mount | NFS operations | which | µs |
            |---|---|---|---|---|
            """);

    private static NfsLab lab;
    private static RegistryClient b;

    @BeforeAll
    static void start(NfsLab started) {
        lab = started;
        b = lab.b();
    }

    @AfterAll
    static void writeTable() throws Exception {
        if (lab != null) {
            b.close();
            Files.writeString(BuildDirectory.servedRoot().resolveSibling("nfs-cost.md"), TABLE);
        }
    }

    static Stream<String> mounts() {
        return Stream.of(System.getProperty("it.nfs.mounts", NfsLab.PRODUCTION + " vers=4.2")
                .split(" "));
    }

    @ParameterizedTest
    @MethodSource("mounts")
    void hitPaysForNothingBeyondTheOpen(String mount) throws Exception {
        lab.mount(mount);
        String name = "cost/" + UUID.randomUUID();
        byte[] content = Content.bytes("content of " + name);
        Digest blob = b.pushBlob(name, content);
        Manifest manifest = Content.image(blob);
        b.pushManifest(name, "tag", manifest);
        String prefix = "/v2/" + name + "/";

        double tag = measureHit(mount, "manifest by tag", prefix + "manifests/tag");
        double digest = measureHit(mount, "manifest by digest", prefix + "manifests/" + manifest.digest());
        double head = measureHit(mount, "blob, HEAD", prefix + "blobs/" + blob);
        Cost missing = measure(404, prefix + "blobs/" + Digest.of("no such blob".getBytes(UTF_8)));
        missing.write(mount, "blob, HEAD, missing");
        System.out.println(TABLE);

        // Two small files each: the link and the bytes
        assertThat(List.of(tag, digest, head)).allMatch(operations -> operations <= 2 * OPERATIONS_OF_A_FILE);
        assertThat(missing.sum()).isLessThan(10);
    }

    /** The cost of something that is there, once the server gives delegations; NFSv3 has none. */
    private static double measureHit(String mount, String what, String target) throws Exception {
        Cost cost = measure(200, target);
        for (int i = 0; i < PATIENCE_TIMES && cost.hasOpens(); i++) {
            Thread.sleep(BLOCKED);
            cost = measure(200, target);
        }
        cost.write(mount, what);
        return cost.sum();
    }

    /** NFS operations for each request, by their kinds, and its time. */
    private record Cost(Map<String, Double> each, long micros) {
        private double sum() {
            return each.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        private boolean hasOpens() {
            return each.keySet().stream().anyMatch(operation -> operation.startsWith("OPEN"));
        }

        private void write(String mount, String what) {
            TABLE.append("| %s | %s | %.1f | %s | %d |%n"
                    .formatted(
                            what,
                            mount.contains("vers=3") ? "v3" : mount,
                            sum(),
                            each.entrySet().stream()
                                    .map(entry -> "%s %.1f".formatted(entry.getKey(), entry.getValue()))
                                    .collect(Collectors.joining(", ")),
                            micros));
        }
    }

    private static Cost measure(int status, String target) throws Exception {
        for (int i = 0; i < REQUESTS; i++) { // the server's code, too, is slow at first
            assertThat(b.status("HEAD", target)).isEqualTo(status);
        }
        Map<String, Long> before = counts();
        long begun = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            b.status("HEAD", target);
        }
        long micros = (System.nanoTime() - begun) / 1000 / REQUESTS;
        Map<String, Long> after = counts();
        Map<String, Double> each = new TreeMap<>();
        after.forEach((operation, count) -> {
            double more = (count - before.getOrDefault(operation, 0L)) / (double) REQUESTS;
            if (more >= 0.05) { // less is the look at the mount, every two seconds
                each.put(operation, more);
            }
        });
        return new Cost(each, micros);
    }

    /** Of the mount that is on top, since it was mounted. */
    private static Map<String, Long> counts() throws Exception {
        String all = lab.on("b", "cat", "/proc/self/mountstats");
        Matcher matcher = COUNT.matcher(all.substring(all.lastIndexOf("mounted on /mnt/nfs ")));
        Map<String, Long> counts = new TreeMap<>();
        while (matcher.find()) {
            counts.merge(matcher.group(1), Long.parseLong(matcher.group(2)), Long::sum);
        }
        return counts;
    }
}
