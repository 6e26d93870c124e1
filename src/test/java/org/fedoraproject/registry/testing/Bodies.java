package org.fedoraproject.registry.testing;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bodies of requests as they come over a network. */
public final class Bodies {
    private Bodies() {}

    /** What happens while a body comes. */
    public interface Incident {
        void happen() throws IOException;
    }

    public static InputStream of(byte[] content) {
        return new ByteArrayInputStream(content);
    }

    /** Gives the content in reads of 1, 2, 3, and so on, bytes. */
    public static InputStream inOddPieces(byte[] content) {
        return new FilterInputStream(of(content)) {
            private int next;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                next = next % 5000 + 1;
                return super.read(buffer, offset, Math.min(length, next));
            }
        };
    }

    /** Gives the content and then, instead of its end, the error of a connection that broke. */
    public static InputStream cutAfter(byte[] content) {
        return new FilterInputStream(of(content)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count < 0) {
                    throw new IOException("the client is gone");
                }
                return count;
            }
        };
    }

    /** Gives nothing; the incident happens with the first read. */
    public static InputStream none(Incident incident) {
        return new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                incident.happen();
                return super.read(buffer, offset, length);
            }
        };
    }

    /** Gives zeros for ever; the incident happens with the first read at or behind {@code at}. */
    public static InputStream endless(long at, Incident incident) {
        return new InputStream() {
            private long position;
            private boolean happened;

            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1) < 0 ? -1 : 0;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (position >= at && !happened) {
                    happened = true;
                    incident.happen();
                }
                position += length;
                return length;
            }
        };
    }
}
