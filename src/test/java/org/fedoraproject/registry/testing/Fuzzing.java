package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Feeds one reader with its part of {@code -Dfuzz.inputs} inputs, all of the seed {@code -Dfuzz.seed}: each is taken or refused as
 * documented, in bounded time, and leaves nothing behind in memory.
 */
public final class Fuzzing {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 20_000);
    private static final long SEED = Long.getLong("fuzz.seed", 6);

    /** Far more than any input takes, and than a busy machine adds. */
    private static final Duration BOUND = Duration.ofSeconds(10);

    private static final long GROWTH = 16 << 20;

    /** What is fed. */
    public interface Reader {
        /**
         * Reads an input, and asserts of it what must hold for all that are taken.
         *
         * @return whether it was taken, and not refused as inputs are
         */
        boolean takes(String input) throws Exception;
    }

    private final String kind;
    private final int inputs;
    private final Fuzzer fuzzer;
    private final Reader reader;
    private volatile String input = "";
    private volatile long began = System.nanoTime();

    private Fuzzing(String kind, int inputs, Fuzzer fuzzer, Reader reader) {
        this.kind = kind;
        this.inputs = inputs;
        this.fuzzer = fuzzer;
        this.reader = reader;
    }

    public static Fuzzer fuzzer(String kind) {
        return new Fuzzer(SEED, Fuzzer.corpus(kind));
    }

    /**
     * Feeds it with {@code percent} of all inputs. Fails where not at least an input in a thousand was taken, and one refused: then the inputs say
     * little.
     */
    public static void feed(String kind, int percent, Fuzzer fuzzer, Reader reader) {
        Fuzzing fuzzing = new Fuzzing(kind, INPUTS / 100 * percent, fuzzer, reader);
        FutureTask<Void> task = new FutureTask<>(fuzzing::feed, null);
        Thread.ofPlatform().daemon().start(task);
        while (true) {
            try {
                task.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                assertThat(System.nanoTime() - fuzzing.began).as(fuzzing.told()).isLessThan(BOUND.toNanos());
            } catch (ExecutionException | InterruptedException e) {
                throw new AssertionError(kind, e);
            }
        }
    }

    private void feed() {
        long start = System.nanoTime();
        long slowest = 0;
        long early = 0;
        int taken = 0;
        for (int i = 0; i < inputs; i++) {
            input = fuzzer.next();
            began = System.nanoTime();
            taken += takes() ? 1 : 0;
            slowest = Math.max(slowest, System.nanoTime() - began);
            if (i == inputs / 10) {
                early = heap();
            }
        }
        began = System.nanoTime();
        long late = heap();
        System.out.printf(
                "fuzz: %s, seed %d: %d inputs, %d taken, %d ms, slowest %d ms, heap %d KiB, then %d KiB%n",
                kind,
                SEED,
                inputs,
                taken,
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                Duration.ofNanos(slowest).toMillis(),
                early >> 10,
                late >> 10);
        assertThat(late).as("bytes of heap after " + kind).isLessThan(early + GROWTH);
        assertThat(taken).as("taken of " + kind).isBetween(inputs / 1000 + 1, inputs - 1);
    }

    private boolean takes() {
        try {
            return reader.takes(input);
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(told(), e);
        }
    }

    private String told() {
        return kind + " of seed " + SEED + ": " + (input.length() > 2000 ? input.substring(0, 2000) + "..." : input);
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
