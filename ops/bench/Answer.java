import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An HTTP/1.1 answer as it comes in; its body is counted and dropped. */
final class Answer {
    /** Of all connections, which have one thread. */
    static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(1 << 20);

    private static final int END_OF_HEADER = 0x0d0a0d0a;

    private final boolean bodiless;
    private final byte[] line = new byte[8192];
    private int length;
    private int lastFour;
    private String header;
    private long left;
    private boolean chunked;
    private boolean lastChunk;
    private boolean ended;

    /** @param bodiless for the answer to HEAD */
    Answer(boolean bodiless) {
        this.bodiless = bodiless;
    }

    void take(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (ended) {
                throw new IllegalStateException("more than the answer");
            }
            if (header == null) {
                takeHeader(in);
            } else if (left > 0) {
                int skipped = (int) Math.min(left, in.remaining());
                in.position(in.position() + skipped);
                left -= skipped;
                ended = left == 0 && !chunked;
            } else {
                takeChunkSize(in);
            }
        }
    }

    private void takeHeader(ByteBuffer in) {
        while (in.hasRemaining()) {
            byte b = in.get();
            line[length++] = b;
            lastFour = lastFour << 8 | b & 0xff;
            if (lastFour == END_OF_HEADER) {
                header = new String(line, 0, length, StandardCharsets.ISO_8859_1);
                length = 0;
                headerEnded();
                return;
            }
        }
    }

    private void headerEnded() {
        if (status() == 100) {
            header = null;
            return;
        }
        boolean body = !bodiless && status() != 204 && status() != 304;
        chunked = body && field("transfer-encoding").equalsIgnoreCase("chunked");
        String announced = field("content-length");
        left = body && !chunked && !announced.isEmpty() ? Long.parseLong(announced) : 0;
        ended = left == 0 && !chunked;
    }

    /** The line before a chunk, or the empty ones behind it and at the end; no server here sends trailers. */
    private void takeChunkSize(ByteBuffer in) {
        byte b = in.get();
        if (b != '\n') {
            line[length++] = b;
            return;
        }
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1).trim();
        length = 0;
        if (!text.isEmpty()) {
            left = Long.parseLong(text, 16);
            lastChunk = left == 0;
        } else if (lastChunk) {
            ended = true;
        }
    }

    boolean ended() {
        return ended;
    }

    int status() {
        return Integer.parseInt(header, 9, 12, 10);
    }

    boolean closes() {
        return field("connection").equalsIgnoreCase("close");
    }

    /** The path, where a server tells all of the URL. */
    String location() {
        return field("location").replaceFirst("^https?://[^/]*", "");
    }

    /** Empty where there is none. */
    private String field(String name) {
        for (int at = header.indexOf("\r\n"); at >= 0; at = header.indexOf("\r\n", at + 2)) {
            if (header.regionMatches(true, at + 2, name, 0, name.length()) && header.charAt(at + 2 + name.length()) == ':') {
                return header.substring(at + 3 + name.length(), header.indexOf("\r\n", at + 2)).trim();
            }
        }
        return "";
    }
}
