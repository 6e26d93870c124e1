package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.fedoraproject.registry.testing.Await;
import org.junit.jupiter.api.Test;

class LineOutputTest {
    private final Writes writes = new Writes();

    @Test
    void closeWritesEveryLineOfEveryThread() throws InterruptedException {
        LineOutput output = new LineOutput(writes);
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(thread -> Thread.ofPlatform()
                        .start(() -> IntStream.range(0, 500).forEach(i -> output.add(line(thread + " " + i)))))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        output.close();

        List<String> lines = writes.text().lines().toList();
        assertThat(lines).hasSize(8 * 500).doesNotHaveDuplicates();
        for (int thread = 0; thread < 8; thread++) {
            String prefix = thread + " ";
            assertThat(lines.stream().filter(line -> line.startsWith(prefix)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 500).mapToObj(i -> prefix + i).toList());
        }
    }

    @Test
    void aLineIsWrittenWithoutAnother() {
        try (LineOutput output = new LineOutput(writes)) {
            output.add(line("one"));
            Await.until(
                    "the line is written",
                    Duration.ofSeconds(20),
                    () -> writes.text().equals("one\n"));
            output.add(line("two"));
            Await.until(
                    "the next line is written",
                    Duration.ofSeconds(20),
                    () -> writes.text().endsWith("two\n"));
        }
    }

    /** Whoever writes to the same pipe puts no line into the middle of another. */
    @Test
    void eachWriteHasWholeLinesAndIsNoLongerThanAPipeTakesAtOnce() {
        try (LineOutput output = new LineOutput(writes)) {
            for (int i = 0; i < 300; i++) {
                output.add(line("x".repeat(i * 7 % 900)));
            }
        }

        assertThat(writes.each()).allSatisfy(write -> assertThat(write).endsWith("\n"));
        assertThat(writes.each()).allSatisfy(write -> assertThat(write.length()).isLessThanOrEqualTo(4096));
        assertThat(writes.each().size()).isLessThan(300);
    }

    @Test
    void aLongLineIsWrittenInItsPlace() {
        try (LineOutput output = new LineOutput(writes)) {
            output.add(line("before"));
            output.add(line("x".repeat(100_000)));
            output.add(line("after"));
        }

        assertThat(writes.text()).isEqualTo("before\n" + "x".repeat(100_000) + "\nafter\n");
    }

    @Test
    void linesAfterTheEndAreWrittenAtOnce() {
        LineOutput output = new LineOutput(writes);
        output.close();
        output.add(line("late"));

        assertThat(writes.text()).isEqualTo("late\n");
    }

    @Test
    void nobodyWaitsForAnOutputThatTakesNothingAndLinesAreLimited() throws InterruptedException {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        LineOutput output = new LineOutput(new OutputStream() {
            @Override
            public void write(int octet) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                stalled.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                writes.write(bytes, from, length);
            }
        });
        output.add(line("first"));
        stalled.await();
        byte[] line = line("x".repeat(1023));
        for (int i = 0; i < 2 * LineOutput.LIMIT / line.length; i++) {
            output.add(line);
        }
        goesOn.countDown();
        output.close();

        assertThat(writes.text())
                .hasSize("first\n".length() + (LineOutput.LIMIT / line.length - 1) * line.length)
                .startsWith("first\n")
                .endsWith("x\n");
    }

    @Test
    void aFailedWriteDoesNotEndTheLog() {
        boolean[] failed = new boolean[1];
        try (LineOutput output = new LineOutput(new OutputStream() {
            @Override
            public void write(int octet) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (!failed[0]) {
                    failed[0] = true;
                    throw new IOException("no space left");
                }
                writes.write(bytes, from, length);
            }
        })) {
            output.add(line("y".repeat(4000)));
            output.add(line("z".repeat(4000)));
        }

        assertThat(writes.text()).isEqualTo("z".repeat(4000) + "\n");
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** What was written, in which calls. */
    private static final class Writes extends OutputStream {
        private final List<String> each = new ArrayList<>();

        @Override
        public void write(int octet) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            if (length > 0) {
                each.add(new String(bytes, from, length, StandardCharsets.UTF_8));
            }
        }

        synchronized List<String> each() {
            return List.copyOf(each);
        }

        synchronized String text() {
            return String.join("", each);
        }
    }
}
