package org.fedoraproject.registry.nfs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.Callable;

/**
 * An open file. Each operation takes a connection for its own duration, so that a client that sends or receives slowly
 * holds none. Close it before its directory is deleted.
 */
public final class NfsFile implements Dated, AutoCloseable {
    private final NfsConnectionFactory factory;
    private final FileChannel channel;
    private final long sizeWhenOpened;
    private final FileTime modified;

    private NfsFile(NfsConnectionFactory factory, Revalidation.OpenedFile opened) throws IOException {
        this.factory = factory;
        this.channel = opened.channel();
        this.sizeWhenOpened = channel.size();
        this.modified = opened.modified();
    }

    /** Only for the holder of a connection. */
    static NfsFile open(NfsConnectionFactory factory, Path file, OpenOption... options) throws IOException {
        Revalidation.OpenedFile opened =
                factory.timed(Operation.OPEN, () -> factory.revalidation().openDated(file, options));
        try {
            return new NfsFile(factory, opened);
        } catch (IOException e) { // such as a stale handle
            opened.close();
            throw e;
        }
    }

    /** Only of a file that was opened for reading. */
    @Override
    public FileTime modified() {
        return modified;
    }

    /** In bytes; needs no file operation. */
    public long sizeWhenOpened() {
        return sizeWhenOpened;
    }

    /** As {@link NfsConnectionFactory#carry}. */
    public <T> Callable<T> carry(Callable<T> work) {
        return factory.carry(work);
    }

    /** In bytes, as of now. */
    public long size() throws IOException {
        return factory.use(connection -> channel.size());
    }

    /** Reads up to the buffer's limit; returns -1 at the end. */
    public int read(ByteBuffer buffer, long position) throws IOException {
        return factory.use(connection -> factory.timed(Operation.READ, () -> channel.read(buffer, position)));
    }

    /** Writes all of the buffer. Not durable before {@link #force}. */
    public void write(ByteBuffer buffer, long position) throws IOException {
        factory.use(connection -> factory.timed(Operation.WRITE, () -> {
            long at = position;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
            return at;
        }));
    }

    /** Copies all bytes; only for the holder of a connection. */
    void copyTo(FileChannel target) throws IOException {
        long copied = 0;
        while (copied < sizeWhenOpened) {
            long count = channel.transferTo(copied, sizeWhenOpened - copied, target);
            if (count <= 0) {
                throw new EOFException("the file ends at " + copied + ", not at " + sizeWhenOpened);
            }
            copied += count;
        }
    }

    /** Makes written bytes durable. A failure is final: on NFS a second call may succeed without the bytes. */
    public void force() throws IOException {
        factory.use(connection -> factory.timed(Operation.FORCE, () -> {
            channel.force(false);
            return true;
        }));
    }

    /** Truncates the file to {@code size} bytes. */
    public void truncate(long size) throws IOException {
        factory.use(connection -> channel.truncate(size));
    }

    /**
     * The {@code count} bytes from {@code position} as a channel of their own, for sendfile: its position is their
     * begin, its size their end. It needs no close; this file owns the descriptor.
     */
    public FileChannel region(long position, long count) {
        return new FileRegion(factory, channel, position, count);
    }

    /** Closes a file that nobody takes; only for the thread that has opened it. */
    void closeNow() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing was written to it
        }
    }

    /** Always closes the file, but later if the mount does not answer. */
    @Override
    public void close() throws IOException {
        factory.close(channel);
    }
}
