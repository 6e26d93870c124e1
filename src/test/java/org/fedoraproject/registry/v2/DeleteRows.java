package org.fedoraproject.registry.v2;

import static org.fedoraproject.registry.v2.Exchange.delete;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Exchange.post;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Pushes.manifest;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.sha256;
import static org.fedoraproject.registry.v2.Samples.sha512;

import java.util.List;

/** Deleting: end-9 and end-10. */
final class DeleteRows {
    private static final String X = lone("x");
    private static final String BY_DIGEST = "/v2/{repo}/manifests/" + sha256(X);

    static final List<Row> ROWS = List.of(
            row(
                    "end-9",
                    "a tag, alone",
                    manifest("a", X),
                    manifest("b", X),
                    delete("/v2/{repo}/manifests/a").is(202),
                    gone("/v2/{repo}/manifests/a"),
                    get("/v2/{repo}/manifests/b").is(200),
                    get(BY_DIGEST).is(200),
                    get("/v2/{repo}/tags/list").is(200).text("{\"name\":\"{repo}\",\"tags\":[\"b\"]}")),
            row(
                    "end-9",
                    "the last tag",
                    manifest("a", X),
                    delete("/v2/{repo}/manifests/a").is(202),
                    get(BY_DIGEST).is(200),
                    get("/v2/{repo}/tags/list").is(200).text("{\"name\":\"{repo}\",\"tags\":[]}")),
            row(
                    "end-9",
                    "by digest, with all its tags",
                    manifest("a", X),
                    manifest("b", X),
                    manifest("v1.tmp", X),
                    manifest("other", lone("y")),
                    delete(BY_DIGEST).is(202),
                    gone(BY_DIGEST),
                    gone("/v2/{repo}/manifests/a"),
                    gone("/v2/{repo}/manifests/b"),
                    gone("/v2/{repo}/manifests/v1.tmp"),
                    get("/v2/{repo}/manifests/other").is(200),
                    get("/v2/{repo}/tags/list").is(200).text("{\"name\":\"{repo}\",\"tags\":[\"other\"]}")),
            row(
                    "end-9",
                    "not from other repositories",
                    manifest("a", X),
                    manifest("{repo}/other", "a", X),
                    delete(BY_DIGEST).is(202),
                    get("/v2/{repo}/other/manifests/a").is(200)),
            row(
                    "end-9",
                    "a tag that moved away",
                    manifest("a", X),
                    manifest("a", lone("y")),
                    delete(BY_DIGEST).is(202),
                    get("/v2/{repo}/manifests/a").is(200).text(lone("y"))),
            row(
                    "end-9",
                    "and pushed again",
                    manifest("a", X),
                    delete(BY_DIGEST).is(202),
                    put("/v2/{repo}/manifests/a").body(X).is(201),
                    get("/v2/{repo}/manifests/a").is(200).text(X),
                    get(BY_DIGEST).is(200)),
            row(
                    "end-9",
                    "twice",
                    manifest("a", X),
                    delete(BY_DIGEST).is(202),
                    delete(BY_DIGEST).is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-9",
                    "by sha512",
                    manifest(sha512(X), X),
                    delete("/v2/{repo}/manifests/" + sha512(X)).is(202),
                    gone("/v2/{repo}/manifests/" + sha512(X))),
            row(
                    "end-9",
                    "",
                    delete("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN").telling("a", "{repo}")),
            row("end-9", "", delete("/v2/{repo}/manifests/" + NO_SHA256).is(404, "MANIFEST_UNKNOWN")),
            row("end-9", "", delete("/v2/{repo}/manifests/.a").is(400, "TAG_INVALID")),
            row("end-9", "", delete("/v2/{repo}/manifests/sha256:abc").is(400, "DIGEST_INVALID")),
            row("end-9", "", delete("/v2/{repo}_/manifests/a").is(400, "NAME_INVALID")),
            row(
                    "end-10",
                    "",
                    blob(LAYER),
                    delete("/v2/{repo}/blobs/" + sha256(LAYER)).is(202).header("Docker-Content-Digest", sha256(LAYER)),
                    get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN"),
                    head("/v2/{repo}/blobs/" + sha256(LAYER)).is(404),
                    get("/v2/{app}/blobs/" + sha256(LAYER)).is(200)),
            row(
                    "end-10",
                    "twice",
                    blob(LAYER),
                    delete("/v2/{repo}/blobs/" + sha256(LAYER)).is(202),
                    delete("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN")),
            row(
                    "end-10",
                    "and pushed again",
                    blob(LAYER),
                    delete("/v2/{repo}/blobs/" + sha256(LAYER)).is(202),
                    post("/v2/{repo}/blobs/uploads/?digest=" + sha256(LAYER))
                            .body(LAYER)
                            .is(201),
                    get("/v2/{repo}/blobs/" + sha256(LAYER)).is(200).text(LAYER)),
            row(
                    "end-10",
                    "",
                    delete("/v2/{repo}/blobs/" + NO_SHA256)
                            .is(404, "BLOB_UNKNOWN")
                            .telling(NO_SHA256)),
            row("end-10", "", delete("/v2/{repo}/blobs/a").is(400, "DIGEST_INVALID")),
            row("end-10", "", delete("/v2/{repo}_/blobs/" + NO_SHA256).is(400, "NAME_INVALID")));

    private DeleteRows() {}

    private static Exchange gone(String path) {
        return get(path).is(404, "MANIFEST_UNKNOWN").hidden();
    }
}
