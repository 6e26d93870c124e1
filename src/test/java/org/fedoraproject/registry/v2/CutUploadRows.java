package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.patch;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Pushes.upload;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.sha256;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.Wire;

/** Requests that end in the middle, and two at once. */
final class CutUploadRows {
    private static final String HALF = "h".repeat(100_000);
    private static final String WHOLE = HALF + HALF;

    static final List<Row> ROWS = List.of(
            row(
                    "end-5",
                    "the client breaks off, and goes on later",
                    upload(),
                    cut("PATCH {upload}", "Content-Length: 200000", HALF),
                    received("0-99999"),
                    rest()),
            row(
                    "end-5",
                    "the same in chunks",
                    upload(),
                    cut("PATCH {upload}", "Transfer-Encoding: chunked", "186a0\r\n" + HALF + "\r\n"),
                    received("0-99999"),
                    rest()),
            row(
                    "end-5",
                    "in the middle of a chunk",
                    upload(),
                    cut("PATCH {upload}", "Transfer-Encoding: chunked", "30d40\r\n" + HALF),
                    get("{upload}")
                            .atLast()
                            .is(204)
                            .reply(reply -> assertThat(reply.header("Range")).isNotEqualTo("0-0")),
                    rest()),
            row(
                    "end-5",
                    "less than a buffer",
                    upload(),
                    cut("PATCH {upload}", "Content-Length: 10", "01234"),
                    received("0-4"),
                    patch("{upload}")
                            .with("Content-Range", "5-9")
                            .body("56789")
                            .atLast()
                            .is(202),
                    put("{upload}?digest=" + sha256(Samples.LAYER)).is(201)),
            row(
                    "end-6",
                    "the client breaks off, and goes on later",
                    upload(),
                    cut("PUT {upload}?digest=" + sha256(WHOLE), "Content-Length: 200000", HALF),
                    received("0-99999"),
                    get("/v2/{repo}/blobs/" + sha256(WHOLE)).is(404, "BLOB_UNKNOWN"),
                    rest()),
            row(
                    "end-4b",
                    "the client breaks off",
                    cut("POST /v2/{repo}/blobs/uploads/?digest=" + sha256(WHOLE), "Content-Length: 200000", HALF),
                    get("/v2/{repo}/blobs/" + sha256(HALF)).is(404, "BLOB_UNKNOWN")),
            row(
                    "end-7a",
                    "the client breaks off",
                    cut("PUT /v2/{repo}/manifests/a", "Content-Length: 5000", lone("x")),
                    get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN"),
                    get("/v2/{repo}/manifests/" + sha256(lone("x"))).is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-5",
                    "two at once: one is refused",
                    upload(),
                    CutUploadRows::two,
                    put("{upload}?digest=" + sha256(WHOLE)).is(201),
                    get("/v2/{repo}/blobs/" + sha256(WHOLE)).is(200).header("Content-Length", "200000")));

    private CutUploadRows() {}

    private static Step cut(String request, String header, String body) {
        return session -> session.wire()
                .connect(session.fill(request + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n") + body)
                .close();
    }

    private static Exchange received(String range) {
        return get("{upload}").atLast().is(204).header("Range", range);
    }

    /** Goes on where the server says; refused until it has noticed that the first request ended. */
    private static Step rest() {
        return session -> {
            String before;
            do { // until the server has taken what came before the end
                get("{upload}").is(204).keep("Range", "range").run(session);
                before = session.fill("{range}");
                Thread.sleep(500);
                get("{upload}").is(204).keep("Range", "range").run(session);
            } while (!before.equals(session.fill("{range}")));
            int from = Integer.parseInt(session.fill("{range}").substring(2)) + 1;
            patch("{upload}")
                    .with("Content-Range", from + "-199999")
                    .body(WHOLE.substring(from))
                    .atLast()
                    .is(202)
                    .header("Range", "0-199999")
                    .run(session);
            put("{upload}?digest=" + sha256(WHOLE)).is(201).run(session);
            get("/v2/{repo}/blobs/" + sha256(WHOLE)).is(200).text(WHOLE).run(session);
        };
    }

    private static void two(Step.Session session) throws Exception {
        String head = session.fill("PATCH {upload} HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
        try (Socket first = session.wire().connect(head + HALF)) {
            get("{upload}")
                    .atLast()
                    .is(204)
                    .reply(reply -> assertThat(reply.header("Range")).isNotEqualTo("0-0"))
                    .run(session);
            patch("{upload}")
                    .body("second")
                    .is(416, "RANGE_INVALID")
                    .reply(reply -> assertThat(reply.header("Location")).startsWith(session.fill("{upload}?offset=")))
                    .run(session);
            put("{upload}?digest=" + sha256("second"))
                    .body("second")
                    .is(416, "RANGE_INVALID")
                    .run(session);
            first.getOutputStream().write(HALF.getBytes(StandardCharsets.US_ASCII));
            Reply reply = Wire.read(first.getInputStream(), false);
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.header("Range")).isEqualTo("0-199999");
        }
    }
}
