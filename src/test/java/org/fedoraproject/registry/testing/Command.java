package org.fedoraproject.registry.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that is run to its end, with nothing to read.
 *
 * @param directory where it runs, and where its output is kept meanwhile
 * @param environment is added to this process's own
 */
public record Command(Path directory, Map<String, String> environment, List<String> line) {
    private static final long TIMEOUT_SECONDS = 240;

    /** How it ended, and what it said on the way. */
    public record Result(int status, String out, String err) {}

    public static Command of(Path directory, String... line) {
        return new Command(directory, Map.of(), List.of(line));
    }

    /** Where a program is installed: on the path, or where only root looks, as servers are. */
    public static Optional<Path> find(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs it and expects it to succeed.
     *
     * @return its standard output
     */
    public String run() throws IOException, InterruptedException {
        Result result = attempt();
        if (result.status() != 0) {
            throw new AssertionError(
                    String.join(" ", line) + " ended with " + result.status() + "\n" + result.err() + result.out());
        }
        return result.out();
    }

    /** Runs it, however it ends. */
    public Result attempt() throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", null);
        Path err = Files.createTempFile(directory, "err", null);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(String.join(" ", line) + " still runs after " + TIMEOUT_SECONDS + " s\n"
                        + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }
}
