package org.fedoraproject.registry.v2;

import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.fedoraproject.registry.http.ContainerStream;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.store.BlobContent;

/**
 * The body of a blob's answer: the whole blob, one range, or several as {@code multipart/byteranges} (RFC 9110, 14.6).
 */
final class BlobEntity implements StreamingOutput {
    static final String OCTETS = "application/octet-stream";

    private final BlobContent content;
    private final List<ByteRange> ranges;
    private final String boundary = UUID.randomUUID().toString();
    private final List<byte[]> heads = new ArrayList<>();

    /** @param ranges empty for the whole blob */
    BlobEntity(BlobContent content, List<ByteRange> ranges) {
        this.content = content;
        this.ranges = ranges;
        if (ranges.size() > 1) {
            for (ByteRange range : ranges) {
                heads.add(ascii("\r\n--" + boundary + "\r\nContent-Type: " + OCTETS + "\r\nContent-Range: bytes "
                        + range + "/" + content.size() + "\r\n\r\n"));
            }
            heads.add(ascii("\r\n--" + boundary + "--\r\n"));
        }
    }

    String contentType() {
        return heads.isEmpty() ? OCTETS : "multipart/byteranges; boundary=" + boundary;
    }

    /** The length of the body, in bytes. */
    long length() {
        if (ranges.isEmpty()) {
            return content.size();
        }
        long parts = ranges.stream().mapToLong(ByteRange::length).sum();
        return parts + heads.stream().mapToLong(head -> head.length).sum();
    }

    @Override
    public void write(OutputStream jaxrs) throws IOException {
        try (content) {
            OutputStream out = ContainerStream.behind(jaxrs);
            if (ranges.isEmpty()) {
                if (content.size() > 0) {
                    content.sendTo(out, new ByteRange(0, content.size() - 1));
                }
                return;
            }
            for (int i = 0; i < ranges.size(); i++) {
                if (!heads.isEmpty()) {
                    out.write(heads.get(i));
                }
                content.sendTo(out, ranges.get(i));
            }
            if (!heads.isEmpty()) {
                out.write(heads.getLast());
            }
        }
    }

    static void close(BlobContent content) {
        try {
            content.close();
        } catch (IOException e) {
            // it was only read
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
