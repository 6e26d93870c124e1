package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.patch;
import static org.fedoraproject.registry.v2.Exchange.post;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.sha256;
import static org.fedoraproject.registry.v2.Samples.sha512;
import static org.fedoraproject.registry.v2.UploadRows.completed;
import static org.fedoraproject.registry.v2.UploadRows.pulled;
import static org.fedoraproject.registry.v2.UploadRows.received;

import java.util.List;

/** Beginning to push blobs, pushing small ones and mounting others': end-4 and end-11. */
final class UploadStartRows {
    /** Does not fit into the buffer of a small body. */
    private static final String LARGE = LAYER.repeat(10_000);

    private static final String UPLOADS = "/v2/{repo}/blobs/uploads/";

    static final List<Row> ROWS = List.of(
            row(
                    "end-4a",
                    "",
                    post(UPLOADS)
                            .is(202)
                            .header("Range", "0-0")
                            .header("Content-Length", "0")
                            .keep("Docker-Upload-UUID", "uuid")
                            .header("Location", UPLOADS + "{uuid}?offset=0")),
            row(
                    "end-4a",
                    "a proxy dropped the slash",
                    post("/v2/{repo}/blobs/uploads").is(202).keepUpload(),
                    completed("{upload}", LAYER)),
            row(
                    "end-4a",
                    "as crane does",
                    post(UPLOADS).with("Content-Type", "application/json").is(202)),
            row(
                    "end-4a",
                    "as curl -d does",
                    post(UPLOADS)
                            .with("Content-Type", "application/x-www-form-urlencoded")
                            .is(202)),
            row(
                    "end-4a",
                    "a Content-Type that is none",
                    post(UPLOADS).with("Content-Type", "octets").is(202)),
            row(
                    "end-4a",
                    "behind a proxy",
                    post(UPLOADS)
                            .with("X-Forwarded-Host", "registry.example.com")
                            .with("X-Forwarded-Proto", "https")
                            .with("Forwarded", "host=example.com")
                            .is(202)),
            row(
                    "end-4a",
                    "",
                    post("/v2/Upper/blobs/uploads/").is(400, "NAME_INVALID").telling("Upper")),
            row(
                    "end-4a",
                    "a name of 255",
                    post("/v2/" + "n".repeat(255) + "/blobs/uploads/").is(202)),
            row(
                    "end-4a",
                    "a name of 256",
                    post("/v2/" + "n".repeat(256) + "/blobs/uploads/").is(400, "NAME_INVALID")),
            row(
                    "end-4b",
                    "",
                    post(UPLOADS + "?digest=" + sha256(LAYER))
                            .body(LAYER)
                            .is(201)
                            .header("Location", "/v2/{repo}/blobs/" + sha256(LAYER))
                            .header("Docker-Content-Digest", sha256(LAYER)),
                    pulled(LAYER)),
            row(
                    "end-4b",
                    "an escaped colon",
                    post(UPLOADS + "?digest=" + sha256(LAYER).replace(":", "%3A"))
                            .body(LAYER)
                            .is(201),
                    pulled(LAYER)),
            row(
                    "end-4b",
                    "sha512",
                    post(UPLOADS + "?digest=" + sha512(LAYER))
                            .body(LAYER)
                            .is(201)
                            .header("Docker-Content-Digest", sha512(LAYER))
                            .header("Location", "/v2/{repo}/blobs/" + sha512(LAYER)),
                    get("/v2/{repo}/blobs/" + sha512(LAYER))
                            .is(200)
                            .header("Docker-Content-Digest", sha512(LAYER))
                            .text(LAYER)),
            row(
                    "end-4b",
                    "chunked",
                    post(UPLOADS + "?digest=" + sha256(LAYER))
                            .body(LAYER)
                            .chunked()
                            .is(201),
                    pulled(LAYER)),
            row(
                    "end-4b",
                    "what is there already",
                    blob(LAYER),
                    post(UPLOADS + "?digest=" + sha256(LAYER)).body(LAYER).is(201)),
            row(
                    "end-4b",
                    "a small body makes no upload",
                    post(UPLOADS + "?digest=" + NO_SHA256)
                            .body(LAYER)
                            .is(400, "DIGEST_INVALID")
                            .telling(NO_SHA256, sha256(LAYER)),
                    session -> assertThat(session.tree().resolve(session.fill("repositories/{repo}/_uploads")))
                            .doesNotExist(),
                    get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN")),
            row(
                    "end-4b",
                    "a large body leaves no upload behind",
                    post(UPLOADS + "?digest=" + NO_SHA256)
                            .body(LARGE)
                            .is(400, "DIGEST_INVALID")
                            .telling(NO_SHA256, sha256(LARGE)),
                    session -> assertThat(session.tree().resolve(session.fill("repositories/{repo}/_uploads")))
                            .isEmptyDirectory(),
                    get("/v2/{repo}/blobs/" + sha256(LARGE)).is(404, "BLOB_UNKNOWN")),
            row(
                    "end-4b",
                    "",
                    post(UPLOADS + "?digest=sha256:abc")
                            .body(LAYER)
                            .is(400, "DIGEST_INVALID")
                            .telling("abc")),
            row("end-4b", "", post(UPLOADS + "?digest=").body(LAYER).is(400, "DIGEST_INVALID")),
            row(
                    "end-4c",
                    "",
                    post(UPLOADS + "?digest-algorithm=sha512").is(202).keepUpload(),
                    patch("{upload}").body(LAYER).is(202),
                    put("{upload}?digest=" + sha512(LAYER)).is(201).header("Docker-Content-Digest", sha512(LAYER))),
            row("end-4c", "", post(UPLOADS + "?digest-algorithm=sha256").is(202)),
            row(
                    "end-4c",
                    "",
                    post(UPLOADS + "?digest-algorithm=md5")
                            .is(400, "DIGEST_INVALID")
                            .telling("md5")),
            row(
                    "end-4c",
                    "named, and another used",
                    post(UPLOADS + "?digest-algorithm=sha512").is(202).keepUpload(),
                    put("{upload}?digest=" + sha256(LAYER)).body(LAYER).is(201),
                    pulled(LAYER)),
            row(
                    "end-11",
                    "",
                    post(UPLOADS + "?mount=" + sha256(LAYER) + "&from={app}")
                            .is(201)
                            .header("Location", "/v2/{repo}/blobs/" + sha256(LAYER))
                            .header("Docker-Content-Digest", sha256(LAYER)),
                    pulled(LAYER)),
            row(
                    "end-11",
                    "all escaped",
                    post(UPLOADS + "?from=protocol%2Fapp&mount=" + sha256(LAYER).replace(":", "%3A"))
                            .is(201),
                    pulled(LAYER)),
            row(
                    "end-11",
                    "without the slash",
                    post("/v2/{repo}/blobs/uploads?mount=" + sha256(LAYER) + "&from={app}")
                            .is(201)),
            row(
                    "end-11",
                    "sha512",
                    post("/v2/{repo}/source/blobs/uploads/?digest=" + sha512(LAYER))
                            .body(LAYER)
                            .is(201),
                    post(UPLOADS + "?mount=" + sha512(LAYER) + "&from={repo}/source")
                            .is(201)
                            .header("Docker-Content-Digest", sha512(LAYER)),
                    get("/v2/{repo}/blobs/" + sha512(LAYER)).is(200).text(LAYER)),
            row(
                    "end-11",
                    "what is there already",
                    blob(LAYER),
                    post(UPLOADS + "?mount=" + sha256(LAYER) + "&from={repo}").is(201)),
            notMounted("no source", "mount=" + sha256(LAYER)),
            notMounted("an empty source", "mount=" + sha256(LAYER) + "&from="),
            notMounted("a source that is not there", "mount=" + sha256(LAYER) + "&from=no/such"),
            notMounted("a source that cannot be", "mount=" + sha256(LAYER) + "&from=No..Such"),
            notMounted("a source without the blob", "mount=" + NO_SHA256 + "&from={app}"),
            notMounted("a manifest is no blob", "mount=" + sha256(Samples.IMAGE) + "&from={app}"),
            notMounted("a digest that is none", "mount=sha256:abc&from={app}"),
            notMounted("a digest of another algorithm", "mount=sha384:" + "a".repeat(96) + "&from={app}"),
            notMounted("nothing", "mount=&from="));

    private UploadStartRows() {}

    private static Row notMounted(String what, String query) {
        return row(
                "end-11",
                what,
                post(UPLOADS + "?" + query).is(202).keepUpload(),
                received("0-0").hidden(),
                get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN").hidden(),
                completed("{upload}", LAYER).hidden());
    }
}
