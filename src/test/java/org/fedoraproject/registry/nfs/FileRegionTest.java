package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRegionTest {
    @TempDir
    Path root;

    private Path path;
    private NfsConnectionFactory factory;
    private NfsFile file;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @BeforeEach
    void open() throws IOException {
        factory = TestFactory.of(root, 1);
        path = Files.writeString(root.resolve("file"), "0123456789");
        try (NfsConnection connection = factory.getConnection()) {
            file = connection.open(path).orElseThrow();
        }
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    @Test
    void standsAtItsBeginAndIsAsLongAsItsEnd() throws IOException {
        FileChannel part = file.region(2, 5);

        assertThat(part.position()).isEqualTo(2);
        assertThat(part.size()).isEqualTo(7);
    }

    @Test
    void transferStopsAtItsEnd() throws IOException {
        FileChannel part = file.region(2, 5);

        assertThat(part.transferTo(4, 100, Channels.newChannel(sent))).isEqualTo(3);
        assertThat(sent.toString(StandardCharsets.UTF_8)).isEqualTo("456");
    }

    @Test
    void transferFromItsEndSendsNothing() throws IOException {
        FileChannel whole = file.region(0, 10);
        FileChannel part = file.region(2, 5);

        assertThat(whole.transferTo(10, 1, Channels.newChannel(sent))).isZero();
        assertThat(part.transferTo(7, 1, Channels.newChannel(sent))).isZero();
        assertThat(part.transferTo(8, 1, Channels.newChannel(sent))).isZero();
        assertThat(sent.size()).isZero();
    }

    @Test
    void readStopsAtItsEnd() throws IOException {
        FileChannel part = file.region(2, 5);
        ByteBuffer buffer = ByteBuffer.allocate(4);

        assertThat(part.read(buffer)).isEqualTo(4);
        assertThat(text(buffer)).isEqualTo("2345");
        buffer.clear();
        assertThat(part.read(buffer)).isEqualTo(1);
        assertThat(text(buffer)).isEqualTo("6");
        assertThat(buffer.limit()).isEqualTo(buffer.capacity());
        assertThat(part.read(buffer)).isEqualTo(-1);
    }

    @Test
    void scatteringReadStopsAtItsEnd() throws IOException {
        FileChannel part = file.region(2, 5);
        ByteBuffer[] buffers = {ByteBuffer.allocate(3), ByteBuffer.allocate(100)};

        long read = 0;
        for (long count = 0; count >= 0; count = part.read(buffers)) {
            read += count;
        }

        assertThat(read).isEqualTo(5);
        assertThat(text(buffers[0]) + text(buffers[1])).isEqualTo("23456");
    }

    @Test
    void fileThatIsCutUnderneathRaises() throws IOException {
        FileChannel part = file.region(2, 5);
        try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
            other.truncate(4);
        }

        assertThat(part.transferTo(2, 5, Channels.newChannel(sent))).isEqualTo(2);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> part.transferTo(4, 3, Channels.newChannel(sent)));
        assertThat(part.read(ByteBuffer.allocate(5))).isEqualTo(2);
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> part.read(ByteBuffer.allocate(5)));
    }

    @Test
    void waitsForAConnectionWhileItReadsOnly() throws IOException {
        FileChannel part = file.region(2, 5);
        try (NfsConnection only = factory.getConnection()) {
            assertThatExceptionOfType(NfsUnavailableException.class)
                    .isThrownBy(() -> part.transferTo(2, 5, Channels.newChannel(sent)));
            assertThatExceptionOfType(NfsUnavailableException.class)
                    .isThrownBy(() -> part.read(ByteBuffer.allocate(5)));
        }
        assertThat(part.transferTo(2, 5, Channels.newChannel(sent))).isEqualTo(5);
        assertThat(factory.statistics().inUse()).isZero();
    }

    @Test
    void isNotWritable() {
        FileChannel part = file.region(2, 5);

        assertThatExceptionOfType(NonWritableChannelException.class)
                .isThrownBy(() -> part.write(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(() -> part.truncate(0));
        assertThat(path).hasSize(10);
    }

    @Test
    void closeLeavesTheFileOpen() throws IOException {
        file.region(2, 5).close();

        assertThat(file.read(ByteBuffer.allocate(1), 0)).isEqualTo(1);
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate().flip()).toString();
    }
}
