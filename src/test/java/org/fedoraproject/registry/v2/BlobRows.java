package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.IMAGE;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.sha256;

import java.util.List;
import org.fedoraproject.registry.testing.Reply;

/** Pulling blobs: end-2. */
final class BlobRows {
    private static final String BLOB = "/v2/{app}/blobs/" + sha256(LAYER);
    private static final String ETAG = "\"" + sha256(LAYER) + "\"";

    static final List<Row> ROWS = List.of(
            row("end-2", "", whole(get(BLOB)).text(LAYER)),
            row("end-2", "", whole(head(BLOB))),
            row(
                    "end-2",
                    "an escaped colon",
                    whole(get(BLOB.replace(":", "%3A"))).text(LAYER)),
            row(
                    "end-2",
                    "encodings are not for blobs",
                    whole(get(BLOB).with("Accept-Encoding", "gzip, deflate, zstd"))
                            .text(LAYER)),
            row(
                    "end-2",
                    "types that flatpak asks for",
                    whole(get(BLOB).with("Accept", Samples.OCI_MANIFEST)).text(LAYER)),
            row(
                    "end-2",
                    "a byte more than a buffer",
                    blob("b".repeat(70_001)),
                    get("/v2/{repo}/blobs/" + sha256("b".repeat(70_001)))
                            .is(200)
                            .header("Content-Length", "70001")
                            .text("b".repeat(70_001))),
            row(
                    "end-2",
                    "empty",
                    blob(""),
                    get("/v2/{repo}/blobs/" + sha256(""))
                            .is(200)
                            .header("Content-Length", "0")
                            .text("")),
            row(
                    "end-2",
                    "empty",
                    blob(""),
                    head("/v2/{repo}/blobs/" + sha256("")).is(200).header("Content-Length", "0")),
            row(
                    "end-2",
                    "a part of nothing",
                    blob(""),
                    get("/v2/{repo}/blobs/" + sha256(""))
                            .with("Range", "bytes=0-")
                            .is(416, "RANGE_INVALID")
                            .header("Content-Range", "bytes */0")),
            row(
                    "end-2",
                    "",
                    get("/v2/{app}/blobs/" + NO_SHA256)
                            .is(404, "BLOB_UNKNOWN")
                            .telling(NO_SHA256, "{app}")
                            .header("Cache-Control", "no-store")),
            row("end-2", "", head("/v2/{app}/blobs/" + NO_SHA256).is(404)),
            row(
                    "end-2",
                    "another's blob",
                    get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN")),
            row(
                    "end-2",
                    "another's blob",
                    head("/v2/{repo}/blobs/" + sha256(LAYER)).is(404)),
            row(
                    "end-2",
                    "a manifest is no blob",
                    get("/v2/{app}/blobs/" + sha256(IMAGE)).is(404, "BLOB_UNKNOWN")),
            row(
                    "end-2",
                    "",
                    get("/v2/{app}/blobs/sha256:abc").is(400, "DIGEST_INVALID").telling("abc")),
            row("end-2", "", head("/v2/{app}/blobs/sha256:abc").is(400)),
            row(
                    "end-2",
                    "",
                    get("/v2/{app}/blobs/latest").is(400, "DIGEST_INVALID").telling("latest")),
            row("end-2", "", get("/v2/{app}/blobs/md5:" + "0".repeat(32)).is(400, "DIGEST_INVALID")),
            part("bytes=2-5", "2-5", "2345"),
            part("bytes=0-0", "0-0", "0"),
            part("bytes=4-", "4-9", "456789"),
            part("bytes=-3", "7-9", "789"),
            part("bytes=-99", "0-9", LAYER),
            part("bytes=8-99", "8-9", "89"),
            part("Bytes=2-5", "2-5", "2345"),
            part("bytes=20-,2-3", "2-3", "23"),
            row(
                    "end-2",
                    "several parts",
                    get(BLOB)
                            .with("Range", "bytes=0-1, 4-5,-1")
                            .is(206)
                            .without("Content-Range")
                            .header("ETag", ETAG)
                            .reply(reply -> multipart(reply, "0-1", "01", "4-5", "45", "9-9", "9"))),
            unsatisfiable("bytes=10-"),
            unsatisfiable("bytes=10-20"),
            unsatisfiable("bytes=-0"),
            unsatisfiable("bytes=10-11,12-"),
            ignored("bytes=5-2"),
            ignored("bytes=a-b"),
            ignored("bytes=-"),
            ignored("bytes="),
            ignored("bytes=1"),
            ignored("lines=1-2"),
            ignored("bytes=--5"),
            ignored("bytes=0-1,x"),
            ignored("bytes=" + "0-0,".repeat(100) + "1-1"),
            row("end-2", "HEAD has no parts", whole(head(BLOB).with("Range", "bytes=2-5"))),
            row(
                    "end-2",
                    "If-Range",
                    get(BLOB)
                            .with("Range", "bytes=2-5")
                            .with("If-Range", ETAG)
                            .is(206)
                            .text("2345")),
            row(
                    "end-2",
                    "If-Range of another",
                    whole(get(BLOB).with("Range", "bytes=2-5").with("If-Range", "\"x\""))
                            .text(LAYER)),
            row(
                    "end-2",
                    "If-Range is never weak",
                    whole(get(BLOB).with("Range", "bytes=2-5").with("If-Range", "W/" + ETAG))
                            .text(LAYER)),
            row(
                    "end-2",
                    "If-Range by date",
                    whole(get(BLOB).with("Range", "bytes=2-5").with("If-Range", "Wed, 21 Oct 2015 07:28:00 GMT"))
                            .text(LAYER)),
            matched(ETAG),
            matched(sha256(LAYER)),
            matched("W/" + ETAG),
            matched("\"x\", " + ETAG),
            matched("*"),
            row("end-2", "HEAD", head(BLOB).with("If-None-Match", ETAG).is(304).header("ETag", ETAG)),
            row(
                    "end-2",
                    "before any Range",
                    get(BLOB)
                            .with("If-None-Match", ETAG)
                            .with("Range", "bytes=2-5")
                            .is(304)),
            row(
                    "end-2",
                    "another one's",
                    whole(get(BLOB).with("If-None-Match", "\"x\"")).text(LAYER)),
            row(
                    "end-2",
                    "nothing matches what is not there",
                    get("/v2/{app}/blobs/" + NO_SHA256)
                            .with("If-None-Match", "*")
                            .is(404, "BLOB_UNKNOWN")));

    private BlobRows() {}

    private static Exchange whole(Exchange exchange) {
        return described(exchange.is(200))
                .header("Content-Length", "10")
                .header("Content-Type", "application/octet-stream")
                .without("Content-Range");
    }

    private static Exchange described(Exchange exchange) {
        return exchange.header("Docker-Content-Digest", sha256(LAYER))
                .header("ETag", ETAG)
                .header("Accept-Ranges", "bytes")
                .header("Cache-Control", "public, max-age=31536000, immutable");
    }

    private static Row part(String range, String served, String text) {
        return row(
                "end-2",
                range,
                described(get(BLOB).with("Range", range).is(206))
                        .header("Content-Range", "bytes " + served + "/10")
                        .header("Content-Length", "" + text.length())
                        .header("Content-Type", "application/octet-stream")
                        .text(text));
    }

    private static Row unsatisfiable(String range) {
        return row(
                "end-2",
                range,
                get(BLOB).with("Range", range).is(416, "RANGE_INVALID").header("Content-Range", "bytes */10"));
    }

    /** A malformed Range is as none (RFC 9110, 14.2). */
    private static Row ignored(String range) {
        return row(
                "end-2",
                Samples.shorten(range),
                whole(get(BLOB).with("Range", range)).text(LAYER));
    }

    private static Row matched(String tags) {
        return row(
                "end-2",
                "If-None-Match " + Samples.shorten(tags),
                get(BLOB)
                        .with("If-None-Match", tags)
                        .is(304)
                        .header("ETag", ETAG)
                        .header("Docker-Content-Digest", sha256(LAYER)));
    }

    private static void multipart(Reply reply, String... rangesAndTexts) {
        String[] type = reply.header("Content-Type").split("; *boundary=");
        assertThat(type).hasSize(2).startsWith("multipart/byteranges");
        String boundary = type[1];
        var expected = new StringBuilder();
        for (int i = 0; i < rangesAndTexts.length; i += 2) {
            expected.append("\r\n--")
                    .append(boundary)
                    .append("\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ")
                    .append(rangesAndTexts[i])
                    .append("/10\r\n\r\n")
                    .append(rangesAndTexts[i + 1]);
        }
        expected.append("\r\n--").append(boundary).append("--\r\n");
        assertThat(reply.text()).isEqualTo(expected.toString());
    }
}
