package org.fedoraproject.registry.limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/** Enforces the pace at which a body arrives, whether the application reads it or the container drains it. */
final class PacedSource extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final PacedWait wait;

    PacedSource(StreamSourceConduit next, PacedWait wait) {
        super(next);
        this.wait = wait;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return (int) wait.moved(super.read(target));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return wait.moved(super.read(targets, offset, length));
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
        return wait.moved(super.transferTo(position, count, target));
    }

    @Override
    public long transferTo(long count, ByteBuffer through, StreamSinkChannel target) throws IOException {
        return wait.moved(super.transferTo(count, through, target));
    }

    @Override
    public void awaitReadable() throws IOException {
        wait.await(nanos -> super.awaitReadable(nanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public void awaitReadable(long time, TimeUnit unit) throws IOException {
        wait.await(unit.toNanos(time), nanos -> super.awaitReadable(nanos, TimeUnit.NANOSECONDS));
    }
}
