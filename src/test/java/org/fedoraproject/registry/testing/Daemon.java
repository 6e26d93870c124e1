package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A program that goes on until the test ends it. */
public final class Daemon implements AutoCloseable {
    private static final long STOP_SECONDS = 30;

    private final Process process;

    private Daemon(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param log to which all that it says is added
     */
    public static Daemon start(ProcessBuilder builder, Path log, Duration limit, Await.Condition ready)
            throws IOException, InterruptedException {
        Daemon daemon = new Daemon(builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
        String what = builder.command().getFirst() + " is ready, see " + log;
        try {
            Await.until(what, limit, () -> {
                assertThat(daemon.process.isAlive()).as(what).isTrue();
                return ready.holds();
            });
            return daemon;
        } catch (AssertionError | RuntimeException e) {
            daemon.kill();
            throw e;
        }
    }

    /** Ends it as a service manager does. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
