package org.fedoraproject.registry.nfs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A read-only view of a region of a file, with the file's own positions: its position starts at the region's begin and
 * its size is the region's end. {@code transferFrom(FileChannel)} of a servlet's stream sends from the one to the
 * other.
 */
final class FileRegion extends FileChannel {
    /**
     * The most bytes of one {@code sendfile(2)}. Calls for hundreds of MiB were a sixth slower (ops/SPEED.md), and
     * would hold a connection of the pool until the client has received them.
     */
    private static final long MAX_TRANSFER = 1 << 20;

    private final NfsConnectionFactory factory;
    private final FileChannel file;
    private final long end;
    private long position;

    FileRegion(NfsConnectionFactory factory, FileChannel file, long position, long count) {
        this.factory = factory;
        this.file = file;
        this.position = position;
        this.end = position + count;
    }

    @Override
    public long size() {
        return end;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        if (from >= end) {
            return 0;
        }
        return factory.use(connection -> {
            long sent = file.transferTo(from, Math.min(Math.min(count, end - from), MAX_TRANSFER), target);
            if (sent == 0 && file.size() <= from) {
                throw truncated();
            }
            return sent;
        });
    }

    @Override
    public int read(ByteBuffer buffer, long from) throws IOException {
        if (from >= end) {
            return -1;
        }
        int limit = buffer.limit();
        buffer.limit((int) Math.min(limit, buffer.position() + end - from));
        try {
            return factory.use(connection -> {
                int count = file.read(buffer, from);
                if (count < 0) {
                    throw truncated();
                }
                return count;
            });
        } finally {
            buffer.limit(limit);
        }
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        int count = read(buffer, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (buffers[i].hasRemaining()) {
                return read(buffers[i]);
            }
        }
        return 0;
    }

    @Override
    public int write(ByteBuffer buffer) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer buffer, long at) {
        throw new NonWritableChannelException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean metaData) {
        throw new NonWritableChannelException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw new UnsupportedOperationException("a region cannot be mapped");
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("a region cannot be locked");
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("a region cannot be locked");
    }

    /**
     * The error for a file that has become shorter than the region; a reader that took this for the end would have the
     * wrong bytes.
     */
    private EOFException truncated() throws IOException {
        return new EOFException("the file ends at " + file.size() + ", not at " + end);
    }

    @Override
    protected void implCloseChannel() {
        // the file stays open
    }
}
