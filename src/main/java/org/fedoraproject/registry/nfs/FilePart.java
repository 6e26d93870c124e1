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
 * A read-only view of a stretch of a file, in the file's own positions: it stands at the stretch's begin and its size is the
 * stretch's end, which is where {@code transferFrom(FileChannel)} of a servlet's stream begins and stops to send.
 */
final class FilePart extends FileChannel {
    /**
     * What one {@code sendfile(2)} is asked for, in bytes. One that is asked for hundreds of MiB was a sixth slower
     * (ops/SPEED.md), and keeps its connection of the pool as long as the client takes what it sends.
     */
    private static final long AT_ONCE = 1 << 20;

    private final NfsConnectionFactory factory;
    private final FileChannel file;
    private final long end;
    private long position;

    FilePart(NfsConnectionFactory factory, FileChannel file, long position, long count) {
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
            long sent = file.transferTo(from, Math.min(Math.min(count, end - from), AT_ONCE), target);
            if (sent == 0 && file.size() <= from) {
                throw cut();
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
                    throw cut();
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
        throw new UnsupportedOperationException("a part is not mapped");
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("a part is not locked");
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("a part is not locked");
    }

    /** The file has become shorter since the part was made: a reader that took this for the end would have the wrong bytes. */
    private EOFException cut() throws IOException {
        return new EOFException("the file ends at " + file.size() + ", not at " + end);
    }

    @Override
    protected void implCloseChannel() {
        // the file outlives its parts
    }
}
