package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.testing.Bodies;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // the waits cannot be interrupted
class UploadPipelineTest {
    private static final int SLOT = UploadPipeline.SLOT_SIZE;
    private static final int RING = UploadPipeline.SLOTS * SLOT;

    @TempDir
    Path root;

    private Path path;
    private NfsFile file;
    private final ContentDigester digester = new ContentDigester(Digest.Algorithm.SHA256);

    @BeforeEach
    void open() throws IOException {
        Stores stores = new Stores(root);
        path = stores.write("data", "");
        file = stores.storage()
                .use(connection -> connection.openForWriting(path))
                .orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    /** Around every bound: a slot, the ring, and many rounds of the ring. */
    static int[] sizes() {
        return new int[] {0, 1, SLOT - 1, SLOT, SLOT + 1, RING - 1, RING, RING + 1, RING + SLOT, 10 * RING, 3_000_001};
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void bodyIsInTheFileAndTheDigest(int size) throws IOException {
        byte[] content = Content.random(size);

        assertThat(receive(new ByteArrayInputStream(content), 0)).isEqualTo(size);
        assertReceived(content);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void bodyThatComesInOddPiecesIsTheSame(int size) throws IOException {
        byte[] content = Content.random(size);

        assertThat(receive(Bodies.inOddPieces(content), 0)).isEqualTo(size);
        assertReceived(content);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void bodyThatIsCutLeavesWhatCame(int size) throws IOException {
        byte[] content = Content.random(size);

        assertRefused(ErrorCode.BLOB_UPLOAD_INVALID, () -> receive(Bodies.cutAfter(content), 0));
        assertReceived(content);
    }

    @Test
    void bodyGoesToItsOffset() throws IOException {
        byte[] content = Content.random(RING + 10);
        receive(new ByteArrayInputStream(content, 0, 10), 0);
        receive(new ByteArrayInputStream(content, 10, RING), 10);

        assertReceived(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void fileThatCannotBeWrittenEndsIt(int slots) throws IOException {
        file.close();
        InputStream body = new ByteArrayInputStream(Content.random(slots * SLOT + 1));

        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> receive(body, 0));
    }

    @Test
    void fileThatFailsInTheMiddleEndsItBeforeTheBodyDoes() throws IOException {
        InputStream endless = Bodies.endless(20 * SLOT, () -> file.close());

        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> receive(endless, 0));
    }

    @Test
    void leaseThatIsLostEndsItBeforeTheBodyDoes() {
        AtomicInteger asked = new AtomicInteger();
        Runnable lost = () -> {
            if (asked.incrementAndGet() > 10) {
                throw RegistryException.uploadBusy("lost");
            }
        };
        InputStream endless = Bodies.endless(Integer.MAX_VALUE, () -> {});

        assertRefused(ErrorCode.RANGE_INVALID, () -> new UploadPipeline(endless, file, 0, digester, lost).run());
        assertThat(asked).hasValue(11);
    }

    @Test
    void asksForEverySlotWhetherItMayGoOn() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        InputStream body = new ByteArrayInputStream(Content.random(10 * SLOT));

        new UploadPipeline(body, file, 0, digester, asked::incrementAndGet).run();

        assertThat(asked).hasValueGreaterThanOrEqualTo(10);
    }

    @Test
    void slowClientHoldsFewBuffers() throws IOException {
        byte[] content = Content.random(10 * RING);
        Set<byte[]> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
        InputStream slow = new FilterInputStream(Bodies.of(content)) {
            private long position;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                buffers.add(buffer);
                while (digester.length() < position || Files.size(path) < position) {
                    LockSupport.parkNanos(100_000);
                }
                int count = super.read(buffer, offset, length);
                position += count;
                return count;
            }
        };

        receive(slow, 0);

        assertThat(buffers).hasSizeLessThanOrEqualTo(UploadPipeline.SLOTS / 2);
        assertReceived(content);
    }

    private long receive(InputStream body, long offset) throws IOException {
        return new UploadPipeline(body, file, offset, digester, () -> {}).run();
    }

    private void assertReceived(byte[] content) throws IOException {
        assertThat(Arrays.mismatch(Files.readAllBytes(path), content))
                .as("first byte that differs")
                .isEqualTo(-1);
        assertThat(digester.length()).isEqualTo(content.length);
        assertThat(digester.digest(Digest.Algorithm.SHA256)).hasValue(Digest.of(content));
    }
}
