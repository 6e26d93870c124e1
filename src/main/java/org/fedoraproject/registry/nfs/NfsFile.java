package org.fedoraproject.registry.nfs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * An open file. Each operation takes a connection for its own duration, so that a client that is slow to send or to take
 * bytes holds none. Close it before its directory is deleted.
 */
public final class NfsFile implements AutoCloseable {
    private final NfsConnectionFactory factory;
    private final FileChannel channel;
    private final long sizeWhenOpened;

    private NfsFile(NfsConnectionFactory factory, FileChannel channel, long size) {
        this.factory = factory;
        this.channel = channel;
        this.sizeWhenOpened = size;
    }

    /** For the holder of a connection. */
    static NfsFile open(NfsConnectionFactory factory, Path file, OpenOption... options) throws IOException {
        FileChannel channel = factory.secondLook().openNamed(file, options);
        try {
            return new NfsFile(factory, channel, channel.size());
        } catch (IOException e) { // such as a handle gone stale
            channel.close();
            throw e;
        }
    }

    /** In bytes; asks nobody. */
    public long sizeWhenOpened() {
        return sizeWhenOpened;
    }

    /** In bytes, as of now. */
    public long size() throws IOException {
        return factory.use(connection -> channel.size());
    }

    /** Reads up to the buffer's limit; returns -1 at the end. */
    public int read(ByteBuffer buffer, long position) throws IOException {
        return factory.use(connection -> channel.read(buffer, position));
    }

    /** Writes all of the buffer. Not durable before {@link #force}. */
    public void write(ByteBuffer buffer, long position) throws IOException {
        factory.use(connection -> {
            long at = position;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
            return at;
        });
    }

    /** Copies all bytes; for the holder of a connection. */
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

    /** Makes what was written durable. The first failure is final: on NFS a second call may succeed without the bytes. */
    public void force() throws IOException {
        factory.use(connection -> {
            channel.force(false);
            return true;
        });
    }

    /** Cuts the file to {@code size} bytes. */
    public void truncate(long size) throws IOException {
        factory.use(connection -> channel.truncate(size));
    }

    /**
     * The {@code count} bytes from {@code position} as a channel of their own, for sendfile: it stands at their begin and ends
     * with them. Closing it is this file's affair.
     */
    public FileChannel part(long position, long count) {
        return new FilePart(factory, channel, position, count);
    }

    /** For the thread that has opened it, where nobody takes it. */
    void closeNow() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing was written to it
        }
    }

    /** Done in any case, if not at once while the mount does not answer. */
    @Override
    public void close() throws IOException {
        factory.close(channel);
    }
}
