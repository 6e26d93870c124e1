package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.delete;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.patch;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Exchange.raw;
import static org.fedoraproject.registry.v2.Pushes.upload;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.NO_SHA512;
import static org.fedoraproject.registry.v2.Samples.sha256;
import static org.fedoraproject.registry.v2.Samples.sha512;

import java.nio.file.Files;
import java.util.List;

/** Going on with pushes of blobs: end-5, end-6, end-13, end-14. */
final class UploadRows {
    private static final String UPLOADS = "/v2/{repo}/blobs/uploads/";
    private static final String ID = "00000000-0000-4000-8000-000000000000";

    static final List<Row> ROWS = List.of(
            row(
                    "end-6",
                    "sha512, not named before",
                    upload(),
                    patch("{upload}").body(LAYER).is(202),
                    put("{upload}?digest=" + sha512(LAYER)).is(201),
                    get("/v2/{repo}/blobs/" + sha512(LAYER)).is(200).text(LAYER)),
            row(
                    "end-6",
                    "POST and PUT",
                    upload(),
                    put("{upload}?digest=" + sha256(LAYER))
                            .body(LAYER)
                            .is(201)
                            .header("Location", "/v2/{repo}/blobs/" + sha256(LAYER))
                            .header("Docker-Content-Digest", sha256(LAYER))
                            .header("Content-Length", "0"),
                    pulled(LAYER)),
            row(
                    "end-6",
                    "an empty blob",
                    upload(),
                    put("{upload}?digest=" + sha256("")).is(201)),
            row(
                    "end-6",
                    "a query of the client's own",
                    upload(),
                    put("{upload}?_state=x&digest=" + sha256(LAYER)).body(LAYER).is(201)),
            row(
                    "end-6",
                    "again after the answer was lost",
                    upload(),
                    completed("{upload}", LAYER),
                    put("{upload}?digest=" + sha256(LAYER))
                            .is(201)
                            .header("Docker-Content-Digest", sha256(LAYER))
                            .header("Location", "/v2/{repo}/blobs/" + sha256(LAYER))),
            row(
                    "end-6",
                    "an ended upload is no other blob",
                    upload(),
                    completed("{upload}", LAYER),
                    put("{upload}?digest=" + NO_SHA256).is(404, "BLOB_UPLOAD_UNKNOWN")),
            row("end-6", "", upload(), put("{upload}").body(LAYER).is(400, "DIGEST_INVALID")),
            row(
                    "end-6",
                    "",
                    upload(),
                    put("{upload}?digest=sha256:abc")
                            .body(LAYER)
                            .is(400, "DIGEST_INVALID")
                            .telling("abc")),
            row(
                    "end-6",
                    "another digest, then the right one",
                    upload(),
                    patch("{upload}").body("01234").is(202),
                    put("{upload}?digest=" + NO_SHA256)
                            .body("wrong")
                            .is(400, "DIGEST_INVALID")
                            .telling(NO_SHA256, sha256("01234wrong")),
                    received("0-4"),
                    get("/v2/{repo}/blobs/" + sha256("01234wrong")).is(404, "BLOB_UNKNOWN"),
                    put("{upload}?digest=" + sha256(LAYER)).body("56789").is(201),
                    pulled(LAYER)),
            row(
                    "end-6",
                    "another sha512",
                    upload(),
                    put("{upload}?digest=" + NO_SHA512)
                            .body(LAYER)
                            .is(400, "DIGEST_INVALID")
                            .telling(NO_SHA512, sha512(LAYER))),
            row(
                    "end-5",
                    "a stream",
                    upload(),
                    patch("{upload}")
                            .body(LAYER)
                            .chunked()
                            .is(202)
                            .header("Range", "0-9")
                            .header("Location", at("0-9"))
                            .header("Content-Length", "0"),
                    completed("{upload}", "", LAYER),
                    pulled(LAYER)),
            row(
                    "end-5",
                    "a stream in two",
                    upload(),
                    patch("{upload}").body("01234").is(202).header("Range", "0-4"),
                    patch("{upload}").body("56789").is(202).header("Range", "0-9"),
                    completed("{upload}", "", LAYER)),
            row(
                    "end-5",
                    "a stream longer than the buffers",
                    upload(),
                    patch("{upload}")
                            .body("s".repeat(200_000))
                            .chunked()
                            .is(202)
                            .header("Range", "0-199999"),
                    completed("{upload}", "", "s".repeat(200_000))),
            row(
                    "end-5",
                    "as curl --data-binary sends it",
                    upload(),
                    patch("{upload}")
                            .with("Content-Type", "application/x-www-form-urlencoded")
                            .body("a=b&c=d")
                            .is(202)
                            .header("Range", "0-6"),
                    completed("{upload}", "", "a=b&c=d")),
            row(
                    "end-5",
                    "a Content-Type that is none",
                    upload(),
                    patch("{upload}").with("Content-Type", "octets").body(LAYER).is(202),
                    completed("{upload}", "", LAYER)),
            row(
                    "end-5",
                    "nothing",
                    upload(),
                    patch("{upload}").is(202).header("Range", "0-0"),
                    received("0-0"),
                    completed("{upload}", LAYER)),
            row(
                    "end-5",
                    "chunks, the last one with PUT",
                    upload(),
                    chunk("0-3", "0123").is(202).header("Range", "0-3"),
                    chunk("4-6", "456").is(202).header("Range", "0-6"),
                    received("0-6"),
                    put("{upload}?digest=" + sha256(LAYER))
                            .with("Content-Range", "7-9")
                            .body("789")
                            .is(201),
                    pulled(LAYER)),
            row(
                    "end-5",
                    "Content-Range as RFC 9110 has it",
                    upload(),
                    chunk("bytes 0-9/10", LAYER).is(202).header("Range", "0-9")),
            row(
                    "end-5",
                    "a gap",
                    upload(),
                    chunk("0-3", "0123").is(202),
                    refusedChunk("5-9", "56789", "0-3"),
                    received("0-3"),
                    chunk("4-9", "456789").is(202).header("Range", "0-9")),
            row(
                    "end-5",
                    "a chunk again",
                    upload(),
                    chunk("0-3", "0123").is(202),
                    refusedChunk("0-3", "0123", "0-3"),
                    received("0-3")),
            row("end-5", "the first is not the first", upload(), refusedChunk("1-3", "123", "0-0"), received("0-0")),
            row(
                    "end-6",
                    "the last one is out of order",
                    upload(),
                    chunk("0-3", "0123").is(202),
                    put("{upload}?digest=" + sha256(LAYER))
                            .with("Content-Range", "6-9")
                            .body("6789")
                            .is(416, "RANGE_INVALID")
                            .header("Range", "0-3")
                            .header("Location", at("0-3")),
                    received("0-3")),
            row(
                    "end-5",
                    "a stream is sent again to where it was sent",
                    upload(),
                    patch("{location}").body("0123").is(202),
                    patch("{location}").body("0123").is(416, "RANGE_INVALID").header("Range", "0-3"),
                    received("0-3"),
                    completed("{upload}", "456789", "0123456789")),
            row(
                    "end-6",
                    "the end is sent to where an earlier chunk was",
                    upload(),
                    patch("{location}").body("0123").is(202),
                    put("{location}&digest=" + sha256("0123"))
                            .body("0123")
                            .is(416, "RANGE_INVALID")
                            .header("Location", at("0-3")),
                    received("0-3"),
                    put("{upload}?offset=4&digest=" + sha256("0123")).is(201),
                    put("{upload}?offset=4&digest=" + sha256("0123")).is(201)),
            row(
                    "end-6",
                    "a client keeps the first Location, and sends no more",
                    upload(),
                    patch("{location}").body("0123").is(202),
                    put("{location}&digest=" + sha256("0123")).is(201)),
            row(
                    "end-6",
                    "a client keeps the first Location, and sends no more, in no chunk",
                    upload(),
                    patch("{location}").body("0123").is(202),
                    put("{location}&digest=" + sha256("0123")).chunked().is(201)),
            row(
                    "end-6",
                    "a client keeps the first Location, and sends no more, without a length",
                    upload(),
                    patch("{location}").body("0123").is(202),
                    raw("PUT {location}&digest=" + sha256("0123") + " HTTP/1.1", "Host: x", "Connection: close")
                            .is(201)),
            row(
                    "end-6",
                    "a client keeps the first Location, and sends more in a chunk",
                    upload(),
                    patch("{location}").body("0123").is(202),
                    put("{location}&digest=" + sha256("01234"))
                            .body("4")
                            .chunked()
                            .is(416, "RANGE_INVALID")),
            row(
                    "end-5",
                    "an offset that is none",
                    upload(),
                    patch("{upload}?offset=x").body("0123").is(416, "RANGE_INVALID"),
                    received("0-0")),
            malformed("0"),
            malformed("3-0"),
            malformed("-3"),
            malformed("a-b"),
            malformed("0-99999999999999999999"),
            row(
                    "end-5",
                    "less than Content-Range says",
                    upload(),
                    chunk("0-9", "0123").is(400, "SIZE_INVALID").telling("0-9", "4"),
                    received("0-0")),
            row(
                    "end-5",
                    "more than Content-Range says",
                    upload(),
                    chunk("0-1", "0123").is(400, "SIZE_INVALID").telling("0-1", "4"),
                    received("0-0"),
                    completed("{upload}", LAYER)),
            row(
                    "end-6",
                    "less than Content-Range says",
                    upload(),
                    put("{upload}?digest=" + sha256(LAYER))
                            .with("Content-Range", "0-20")
                            .body(LAYER)
                            .is(400, "SIZE_INVALID"),
                    received("0-0")),
            row("end-13", "", upload(), received("0-0")),
            row(
                    "end-13",
                    "",
                    upload(),
                    patch("{upload}").body("0").is(202).header("Range", "0-0"),
                    get("{upload}").is(204).header("Range", "0-0").header("Location", "{upload}?offset=1")),
            row("end-13", "", unknown(get(UPLOADS + ID))),
            row("end-5", "", unknown(patch(UPLOADS + ID).body(LAYER))),
            row(
                    "end-6",
                    "",
                    unknown(put(UPLOADS + ID + "?digest=" + sha256(LAYER)).body(LAYER))),
            row("end-14", "", unknown(delete(UPLOADS + ID))),
            row(
                    "end-13",
                    "not an id",
                    get(UPLOADS + "x").is(404, "BLOB_UPLOAD_UNKNOWN").telling("x")),
            row(
                    "end-13",
                    "ended",
                    upload(),
                    completed("{upload}", LAYER),
                    get("{upload}").is(404, "BLOB_UPLOAD_UNKNOWN")),
            row(
                    "end-13",
                    "another repository's",
                    upload(),
                    session -> session.variables()
                            .put("other", session.fill("{upload}").replace("/protocol/", "/other/")),
                    get("{other}").is(404, "BLOB_UPLOAD_UNKNOWN")),
            row(
                    "end-14",
                    "",
                    upload(),
                    patch("{upload}").body(LAYER).is(202),
                    delete("{upload}").is(204),
                    get("{upload}").is(404, "BLOB_UPLOAD_UNKNOWN"),
                    patch("{upload}").body(LAYER).is(404, "BLOB_UPLOAD_UNKNOWN"),
                    put("{upload}?digest=" + sha256(LAYER)).is(404, "BLOB_UPLOAD_UNKNOWN"),
                    delete("{upload}").is(404, "BLOB_UPLOAD_UNKNOWN"),
                    session -> assertThat(session.tree().resolve(session.fill("repositories/{repo}/_uploads")))
                            .isEmptyDirectory()),
            row("", "startedat is as docker-distribution writes it", upload(), session -> {
                String id = session.fill("{upload}").replaceFirst(".*/", "");
                assertThat(Files.readString(session.tree()
                                .resolve(session.fill("repositories/{repo}/_uploads/" + id + "/startedat"))))
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            }));

    private UploadRows() {}

    static Exchange completed(String upload, String body) {
        return completed(upload, body, body);
    }

    static Exchange completed(String upload, String body, String whole) {
        return put(upload + "?digest=" + sha256(whole)).body(body).is(201);
    }

    static Exchange pulled(String content) {
        return get("/v2/{repo}/blobs/" + sha256(content)).is(200).text(content).hidden();
    }

    static Exchange received(String range) {
        return get("{upload}").is(204).header("Range", range).header("Location", at(range));
    }

    /** Where an upload goes on that has received a range; "0-0" is said of none. */
    private static String at(String range) {
        int last = Integer.parseInt(range.substring(2));
        return "{upload}?offset=" + (last == 0 ? 0 : last + 1);
    }

    private static Exchange chunk(String range, String body) {
        return patch("{upload}").with("Content-Range", range).body(body);
    }

    private static Exchange refusedChunk(String range, String body, String received) {
        return chunk(range, body)
                .is(416, "RANGE_INVALID")
                .header("Range", received)
                .header("Location", at(received));
    }

    private static Row malformed(String range) {
        return row(
                "end-5",
                "Content-Range: " + range,
                upload(),
                chunk(range, LAYER)
                        .is(416, "RANGE_INVALID")
                        .header("Location", at("0-0"))
                        .header("Range", "0-0")
                        .telling(range),
                received("0-0"));
    }

    private static Exchange unknown(Exchange exchange) {
        return exchange.is(404, "BLOB_UPLOAD_UNKNOWN").telling(ID);
    }
}
