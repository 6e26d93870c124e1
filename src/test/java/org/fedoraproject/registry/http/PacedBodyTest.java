package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PacedBodyTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final AtomicInteger refused = new AtomicInteger();

    /** So many bytes with each read, after a pause. */
    private static final class Body extends ServletInputStream {
        private final int size;
        private final Duration pause;
        private int reads;

        private Body(int reads, int size, Duration pause) {
            this.reads = reads;
            this.size = size;
            this.pause = pause;
        }

        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            LockSupport.parkNanos(pause.toNanos());
            return reads-- > 0 ? Math.min(size, length) : -1;
        }

        @Override
        public boolean isFinished() {
            return reads <= 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void endsABodyThatTrickles() {
        PacedBody body = paced(new Body(1000, 1, Duration.ofMillis(20)), 1000);
        assertThatIOException().isThrownBy(body::readAllBytes).withMessageContaining("1000 bytes a second");
        assertThat(refused).hasValue(1);
    }

    @Test
    void endsABodyThatTricklesByteByByte() {
        PacedBody body = paced(new Body(1000, 1, Duration.ofMillis(20)), 1000);
        assertThatIOException().isThrownBy(() -> {
            while (body.read() >= 0) {
                // goes on
            }
        });
    }

    @Test
    void takesABodyThatComesAtTheRate() throws Exception {
        PacedBody body = paced(new Body(40, 10, Duration.ofMillis(20)), 10);
        assertThat(body.readAllBytes()).hasSize(400);
        assertThat(refused).hasValue(0);
    }

    /** That is the storage's time, and not the client's. */
    @Test
    void timeBetweenReadsDoesNotCount() throws Exception {
        PacedBody body = paced(new Body(40, 1, Duration.ZERO), 10);
        for (int read = 0; read < 40; read++) {
            assertThat(body.read(new byte[1])).isEqualTo(1);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        assertThat(body.read()).isEqualTo(-1);
    }

    private PacedBody paced(ServletInputStream body, int rate) {
        return new PacedBody(body, rate, PATIENCE, refused::incrementAndGet);
    }
}
