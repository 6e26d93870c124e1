package org.fedoraproject.registry.testing;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** What holds for all our metrics. */
public final class MetricRules {
    private MetricRules() {}

    /**
     * They keep Prometheus's rules.
     *
     * @param metrics as the server writes them
     * @param work a directory for files
     */
    public static void assertKept(String metrics, Path work) throws Exception {
        String ours = metrics.lines()
                .filter(line -> line.matches("(# (HELP|TYPE) )?registry_.*"))
                .collect(joining("\n", "", "\n"));
        Path file = Files.writeString(work.resolve("metrics.txt"), ours);

        Command.Result checked = Command.of(work, "sh", "-c", "promtool check metrics <\"$0\"", file.toString())
                .attempt();

        assertThat(checked.out() + checked.err()).isEmpty();
        assertThat(checked.status()).isZero();
    }

    /** The page has a row for each whose name begins so, made of what the server says. */
    public static void assertDocumented(String metrics, String begin) throws Exception {
        String page = Files.readString(Path.of("ops/MONITORING.md"));

        assertThat(metrics.lines().filter(line -> line.startsWith("# HELP " + begin)))
                .isNotEmpty()
                .allSatisfy(line -> {
                    String[] words = line.split(" ", 4);
                    assertThat(page).contains("| `" + words[2] + "` | " + words[3]);
                });
    }
}
