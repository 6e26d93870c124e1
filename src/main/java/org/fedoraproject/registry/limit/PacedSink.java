package org.fedoraproject.registry.limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/** Enforces the pace at which the client takes an answer, whoever writes it; also of files that the kernel sends. */
final class PacedSink extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private final PacedWait wait;
    private final boolean isWatched;

    /** @param isWatched whether a wait may outlast its timeout; then {@code wait} is given up from outside */
    PacedSink(StreamSinkConduit next, PacedWait wait, boolean isWatched) {
        super(next);
        this.wait = wait;
        this.isWatched = isWatched;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return (int) wait.moved(super.write(source));
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return wait.moved(super.write(sources, offset, length));
    }

    @Override
    public int writeFinal(ByteBuffer source) throws IOException {
        return (int) wait.moved(super.writeFinal(source));
    }

    @Override
    public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
        return wait.moved(super.writeFinal(sources, offset, length));
    }

    @Override
    public long transferFrom(FileChannel source, long position, long count) throws IOException {
        return wait.moved(super.transferFrom(source, position, count));
    }

    @Override
    public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through) throws IOException {
        return wait.moved(super.transferFrom(source, count, through));
    }

    @Override
    public void awaitWritable() throws IOException {
        wait.await(this::awaitNext);
    }

    @Override
    public void awaitWritable(long time, TimeUnit unit) throws IOException {
        wait.await(unit.toNanos(time), this::awaitNext);
    }

    private void awaitNext(long nanos) throws IOException {
        if (!isWatched) {
            super.awaitWritable(nanos, TimeUnit.NANOSECONDS);
            return;
        }
        XnioExecutor.Key watch = getWriteThread().executeAfter(wait::giveUp, wait.left(), TimeUnit.NANOSECONDS);
        try {
            super.awaitWritable(nanos, TimeUnit.NANOSECONDS);
        } finally {
            watch.remove();
        }
    }
}
