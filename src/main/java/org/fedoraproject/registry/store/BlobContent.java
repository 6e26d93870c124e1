package org.fedoraproject.registry.store;

import io.undertow.io.BufferWritableOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.ByteRange;

/** An open blob, whose bytes can be sent even if it is deleted meanwhile. Close it when they are sent. */
public final class BlobContent implements AutoCloseable {
    private static final int COPY_BUFFER = 32 * 1024;

    /**
     * Up to this size in bytes, the bytes are read, so that the container sends them together with the headers. Sending
     * them from the kernel's cache needs a packet and several system calls more.
     */
    private static final int SMALL = 64 * 1024;

    private final NfsFile file;
    private final long size;

    BlobContent(NfsFile file) {
        this.file = file;
        this.size = file.sizeWhenOpened();
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /**
     * Sends a range of the bytes. If the stream is the container's own, the kernel sends them from its cache to the
     * socket.
     *
     * @throws IOException of the storage or of the socket; a part of the bytes may have been sent
     */
    @SuppressWarnings("deprecation") // the servlet API has no other way to send a file
    public void sendTo(OutputStream out, ByteRange range) throws IOException {
        FileChannel part = file.region(range.first(), range.length());
        if (range.length() <= SMALL) {
            out.write(read(part, (int) range.length()));
            return;
        }
        if (out instanceof BufferWritableOutputStream undertow) {
            undertow.transferFrom(part);
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER);
        while (part.read(buffer) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
    }

    private static byte[] read(FileChannel part, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && part.read(bytes) >= 0) {
            // the region throws if the file is shorter by now
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
