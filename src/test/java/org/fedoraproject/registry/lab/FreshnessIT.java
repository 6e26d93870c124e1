package org.fedoraproject.registry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.RegistryClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever one instance acknowledged, the other knows at once, with each way to mount. {@code -Dit.nfs.trials=1000} makes more
 * of it, {@code -Dit.nfs.mounts="vers=3 vers=4.2"} and {@code -Dit.nfs.operations=TAG_LISTED,KEPT_LISTS} choose (the last one is otherwise tried with NFSv3 only), and
 * {@code -Dit.nfs.program=docker-registry} shows the difference.
 */
@OnNfsLab
@Timeout(300)
class FreshnessIT {
    private static final int TRIALS = Integer.getInteger("it.nfs.trials", 20);
    /** In both directions, so that each host writes to a directory in which it remembers what the other one changes. */
    private static final int CLIENTS = Integer.getInteger("it.nfs.clients", 4);

    private static final Set<String> CHOSEN = Stream.of(
                    System.getProperty("it.nfs.operations", "").split(","))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());

    private static final String MOUNTS = "vers=4.2 vers=4.1 " + NfsLab.PRODUCTION;

    /** Of docker-distribution, whose releases with referrers are younger than Debian's, only those that it has. */
    private static final Set<Operation> KNOWN = NfsLab.servesRegistry()
            ? EnumSet.allOf(Operation.class)
            : EnumSet.complementOf(EnumSet.of(Operation.REFERRER_PUSHED, Operation.TAG_DELETED));

    private static final List<Operation> OPERATIONS = KNOWN.stream()
            .filter(operation -> CHOSEN.isEmpty() || CHOSEN.contains(operation.name()))
            .toList();

    private static final Map<Operation, Map<String, String>> RESULTS = new LinkedHashMap<>();

    private static NfsLab lab;
    private static RegistryClient a;
    private static RegistryClient b;

    @BeforeAll
    static void start(NfsLab started) {
        lab = started;
        a = lab.a();
        b = lab.b();
    }

    @AfterAll
    static void stop() throws Exception {
        if (lab != null) {
            a.close();
            b.close();
            Path table = BuildDirectory.servedRoot().resolveSibling("nfs-freshness.md");
            Files.writeString(table, table());
        }
    }

    static Stream<String> mounts() {
        return Stream.of(System.getProperty("it.nfs.mounts", MOUNTS).split(" "));
    }

    @ParameterizedTest
    @MethodSource("mounts")
    @Timeout(3600)
    void theOtherInstanceKnowsAtOnce(String mount) throws Exception {
        lab.mount(mount);
        String run = "r" + UUID.randomUUID().toString().substring(0, 8);
        List<String> stale = new ArrayList<>();
        for (Operation operation : OPERATIONS) {
            if (operation.waits() && CHOSEN.isEmpty() && !mount.equals(NfsLab.PRODUCTION)) {
                continue; // it takes long, and NFSv3 is the hard case
            }
            long begun = System.nanoTime();
            Tally tally = tryOut(operation, run);
            RESULTS.computeIfAbsent(operation, key -> new LinkedHashMap<>()).put(mount, tally.toString());
            System.out.printf(
                    "%s: %s: %s in %d ms%n", mount, operation, tally, (System.nanoTime() - begun) / 1_000_000);
            tally.failures().stream().limit(2).forEach(System.out::println);
            if (tally.stale() > 0 || !tally.failures().isEmpty()) {
                stale.add(operation + ": " + tally);
            }
        }
        assertThat(stale).isEmpty();
    }

    /** @param failures what else went wrong */
    private record Tally(int trials, int stale, List<String> failures) {
        @Override
        public String toString() {
            String failed = failures.isEmpty() ? "" : " (" + failures.size() + " failed)";
            return stale + " of " + trials + failed;
        }
    }

    /** In both directions. */
    private static Tally tryOut(Operation operation, String run) throws Exception {
        List<Future<Boolean>> trials = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(operation.waits() ? 10 * CLIENTS : CLIENTS)) {
            for (int number = 0; number < TRIALS; number++) {
                boolean forth = number % 2 == 0;
                Operation.Trial trial = new Operation.Trial(operation, run, number, forth ? a : b, forth ? b : a);
                trials.add(clients.submit(() -> operation.isFresh(trial)));
            }
        }
        int stale = 0;
        List<String> failures = new ArrayList<>();
        for (Future<Boolean> trial : trials) {
            if (trial.state() == Future.State.FAILED) {
                failures.add(trial.exceptionNow().toString());
            } else if (!trial.resultNow()) {
                stale++;
            }
        }
        return new Tally(TRIALS, stale, failures);
    }

    /** Stale answers of trials, as Markdown. */
    private static String table() {
        List<String> mounts = mounts().toList();
        return "| stale answers | " + String.join(" | ", mounts) + " |\n|---" + "|---".repeat(mounts.size()) + "|\n"
                + RESULTS.entrySet().stream()
                        .map(row -> "| " + row.getKey() + " | "
                                + mounts.stream()
                                        .map(mount -> row.getValue().getOrDefault(mount, "–"))
                                        .collect(Collectors.joining(" | "))
                                + " |\n")
                        .collect(Collectors.joining());
    }
}
