package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs that tests of the CDN start. */
final class Programs {
    private static final long TIMEOUT_SECONDS = 60;

    private Programs() {}

    /** How a program ended, and all that it said. */
    record Result(int status, String output) {}

    /** Skips the test where one is missing; fails it with {@code CI=true}, where none may be. */
    static void require(String... names) {
        List<String> missing =
                Stream.of(names).filter(name -> find(name).isEmpty()).toList();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(missing).as("programs that are not installed").isEmpty();
        }
        assumeTrue(missing.isEmpty(), () -> "not installed: " + String.join(", ", missing));
    }

    /** Servers are where only root looks. */
    static Optional<Path> find(String name) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs one to its end, in a directory. */
    static Result run(Path directory, Map<String, String> environment, List<String> line)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", null);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(String.join(" ", line) + " still runs: " + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    /** The same for one that must succeed. */
    static String succeed(Path directory, Map<String, String> environment, List<String> line)
            throws IOException, InterruptedException {
        Result result = run(directory, environment, line);
        assertThat(result.status())
                .as(String.join(" ", line) + "\n" + result.output())
                .isZero();
        return result.output();
    }
}
