package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Pushes.manifest;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.CONFIG;
import static org.fedoraproject.registry.v2.Samples.DOCKER_IMAGE;
import static org.fedoraproject.registry.v2.Samples.DOCKER_LIST;
import static org.fedoraproject.registry.v2.Samples.DOCKER_MANIFEST;
import static org.fedoraproject.registry.v2.Samples.IMAGE;
import static org.fedoraproject.registry.v2.Samples.INDEX;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.NO_SHA512;
import static org.fedoraproject.registry.v2.Samples.OCI_INDEX;
import static org.fedoraproject.registry.v2.Samples.OCI_LAYER;
import static org.fedoraproject.registry.v2.Samples.OCI_MANIFEST;
import static org.fedoraproject.registry.v2.Samples.descriptor;
import static org.fedoraproject.registry.v2.Samples.image;
import static org.fedoraproject.registry.v2.Samples.index;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.referrer;
import static org.fedoraproject.registry.v2.Samples.sha256;
import static org.fedoraproject.registry.v2.Samples.sha512;

import java.util.List;
import java.util.Locale;

/** Pushing manifests: end-7. */
final class ManifestPutRows {
    private static final int MAX = 4 * 1024 * 1024;
    private static final String ARTIFACT_TYPE = "application/vnd.oci.artifact.manifest.v1+json";
    private static final String ARTIFACT = "{\"mediaType\":\"" + ARTIFACT_TYPE
            + "\",\"artifactType\":\"application/x.sbom\",\"blobs\":[" + descriptor(OCI_LAYER, LAYER) + "]}";
    private static final String UNKNOWN_TYPE = "application/vnd.example.thing.v1+json";
    private static final String UNKNOWN = "{\"mediaType\":\"" + UNKNOWN_TYPE + "\",\"thing\":[1,2.5,null]}";
    private static final String UNTYPED = "{\"schemaVersion\":2,\"manifests\":[]}";
    private static final String SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";
    private static final String FOREIGN = index(OCI_INDEX, "", "").replace("[]", "[" + foreign() + "]");

    static final List<Row> ROWS = List.of(
            taken("an OCI image", OCI_MANIFEST, IMAGE),
            taken("a Docker image", DOCKER_MANIFEST, DOCKER_IMAGE),
            taken("an OCI artifact", ARTIFACT_TYPE, ARTIFACT),
            taken("a type that nobody knows", UNKNOWN_TYPE, UNKNOWN),
            taken("an empty index", OCI_INDEX, lone("x")),
            taken("an empty list", DOCKER_LIST, index(DOCKER_LIST, "", "")),
            taken("an index that leaves its type to Content-Type", OCI_INDEX, UNTYPED),
            taken("members that nobody knows", OCI_MANIFEST, image(OCI_MANIFEST, ",\"x\":{\"y\":[{}]}")),
            taken("bytes are kept as they are", OCI_MANIFEST, " " + IMAGE.replace(",", ",\n\t") + "\n"),
            taken("a layer that is elsewhere", OCI_INDEX, FOREIGN),
            taken("a type in capitals", OCI_INDEX.toUpperCase(Locale.ROOT), UNTYPED, OCI_INDEX),
            taken("a subject without anything", OCI_MANIFEST, image(OCI_MANIFEST, ",\"subject\":{}")),
            taken("an annotation that is null", OCI_MANIFEST, image(OCI_MANIFEST, ",\"annotations\":{\"a\":null}")),
            taken(
                    "an artifact's type with a parameter",
                    OCI_MANIFEST,
                    image(OCI_MANIFEST, ",\"artifactType\":\"a/b+json;version=0.2\"")),
            taken("a layer of what is no media type", OCI_MANIFEST, IMAGE.replace(OCI_LAYER, "spdx+json")),
            refused("a page", "{\"mediaType\":\"text/html\"}", "MANIFEST_INVALID", "text/html"),
            refused(
                    "an image and an index at once",
                    image(OCI_MANIFEST, ",\"manifests\":[]"),
                    "MANIFEST_INVALID",
                    "manifests"),
            refused("a byte order mark", "\uFEFF" + IMAGE, "MANIFEST_INVALID", "UTF-8"),
            refused("a key in capitals", IMAGE.replace("\"layers\"", "\"Layers\""), "MANIFEST_INVALID", "Layers"),
            refused("a version with a fraction", "{\"schemaVersion\":2.0}", "MANIFEST_INVALID", "schemaVersion"),
            row(
                    "end-7a",
                    "an index",
                    blob(LAYER),
                    blob(CONFIG),
                    manifest("child", IMAGE),
                    putting("index", INDEX).is(201),
                    stored("index", OCI_INDEX, INDEX)),
            row(
                    "end-7a",
                    "no Content-Type",
                    put("/v2/{repo}/manifests/a").body(lone("x")).is(201),
                    stored("a", OCI_INDEX, lone("x"))),
            row(
                    "end-7a",
                    "Content-Type with parameters",
                    putting("a", lone("x"))
                            .with("Content-Type", OCI_INDEX + "; charset=utf-8")
                            .is(201),
                    stored("a", OCI_INDEX, lone("x"))),
            row(
                    "end-7a",
                    "by digest",
                    putting(sha256(lone("x")), lone("x"))
                            .is(201)
                            .header("Docker-Content-Digest", sha256(lone("x")))
                            .header("Location", "/v2/{repo}/manifests/" + sha256(lone("x"))),
                    get("/v2/{repo}/tags/list").is(200).telling("\"tags\":[]")),
            row(
                    "end-7a",
                    "by sha512",
                    putting(sha512(lone("x")), lone("x"))
                            .is(201)
                            .header("Docker-Content-Digest", sha512(lone("x")))
                            .header("Location", "/v2/{repo}/manifests/" + sha512(lone("x"))),
                    get("/v2/{repo}/manifests/" + sha512(lone("x")))
                            .is(200)
                            .header("Docker-Content-Digest", sha512(lone("x")))
                            .text(lone("x")),
                    get("/v2/{repo}/manifests/" + sha256(lone("x"))).is(200)),
            row(
                    "end-7a",
                    "a tag of 128",
                    putting("t".repeat(128), lone("x")).is(201),
                    get("/v2/{repo}/manifests/" + "t".repeat(128)).is(200)),
            row(
                    "end-7a",
                    "a tag moves",
                    manifest("a", lone("x")),
                    putting("a", lone("y")).is(201),
                    stored("a", OCI_INDEX, lone("y")),
                    get("/v2/{repo}/manifests/" + sha256(lone("x"))).is(200)),
            row(
                    "end-7a",
                    "again",
                    manifest("a", lone("x")),
                    putting("a", lone("x")).is(201),
                    stored("a", OCI_INDEX, lone("x"))),
            row(
                    "end-7a",
                    "a subject",
                    manifest("a", lone("x")),
                    putting("b", referrer(lone("x"), "application/x.sig"))
                            .is(201)
                            .header("OCI-Subject", sha256(lone("x")))),
            row(
                    "end-7a",
                    "a subject that comes later",
                    putting("b", referrer(lone("x"), "application/x.sig"))
                            .is(201)
                            .header("OCI-Subject", sha256(lone("x")))),
            row("end-7a", "without a subject", putting("a", lone("x")).is(201).without("OCI-Subject", "OCI-Tag")),
            row(
                    "end-7b",
                    "",
                    putting(sha256(lone("x")) + "?tag=b&tag=a", lone("x"))
                            .is(201)
                            .headers("OCI-Tag", "b", "a")
                            .header("Docker-Content-Digest", sha256(lone("x"))),
                    stored("a", OCI_INDEX, lone("x")),
                    stored("b", OCI_INDEX, lone("x"))),
            row(
                    "end-7b",
                    "by sha512",
                    putting(sha512(lone("x")) + "?tag=a", lone("x")).is(201).headers("OCI-Tag", "a"),
                    get("/v2/{repo}/manifests/a")
                            .is(200)
                            .header("Docker-Content-Digest", sha512(lone("x")))
                            .header("ETag", "\"" + sha512(lone("x")) + "\"")
                            .text(lone("x")),
                    Exchange.delete("/v2/{repo}/manifests/" + sha256(lone("x"))).is(202),
                    nothing()),
            row(
                    "end-7b",
                    "one of them is no tag: nothing is stored",
                    putting(sha256(lone("x")) + "?tag=a&tag=.b", lone("x"))
                            .is(400, "TAG_INVALID")
                            .telling(".b"),
                    get("/v2/{repo}/tags/list").is(404, "NAME_UNKNOWN")),
            refused("no JSON", "DIGEST", "MANIFEST_INVALID", "JSON"),
            refused("empty", "", "MANIFEST_INVALID", "JSON"),
            refused("no object", "[]", "MANIFEST_INVALID"),
            refused("cut", IMAGE.substring(0, IMAGE.length() - 1), "MANIFEST_INVALID"),
            refused("something behind it", lone("x") + "x", "MANIFEST_INVALID"),
            refused(
                    "nested deeply",
                    "{\"schemaVersion\":2,\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}",
                    "MANIFEST_INVALID"),
            refused("a number of 2000 digits", "{\"schemaVersion\":" + "2".repeat(2000) + "}", "MANIFEST_INVALID"),
            refused(
                    "a size of 2000 digits",
                    IMAGE.replace("\"size\":10", "\"size\":" + "1".repeat(2000)),
                    "MANIFEST_INVALID"),
            refused("an exponent", "{\"schemaVersion\":2e999999999}", "MANIFEST_INVALID"),
            refused(
                    "schema 1",
                    "{\"schemaVersion\":1,\"name\":\"x\",\"tag\":\"y\",\"fsLayers\":[],\"signatures\":[]}",
                    "MANIFEST_INVALID",
                    "skopeo copy"),
            refused(
                    "schema 1 by its type",
                    "{\"schemaVersion\":1,\"mediaType\":\"" + SCHEMA1 + "\"}",
                    "MANIFEST_INVALID",
                    "schema 1"),
            refused(
                    "no schemaVersion",
                    "{\"mediaType\":\"" + OCI_INDEX + "\",\"manifests\":[]}",
                    "MANIFEST_INVALID",
                    "schemaVersion"),
            refused("mediaType is no text", "{\"schemaVersion\":2,\"mediaType\":5}", "MANIFEST_INVALID", "mediaType"),
            refused("mediaType is no media type", "{\"schemaVersion\":2,\"mediaType\":\"text\"}", "MANIFEST_INVALID"),
            refused("layers is no array", "{\"schemaVersion\":2,\"layers\":{}}", "MANIFEST_INVALID", "layers"),
            refused("config is no descriptor", "{\"schemaVersion\":2,\"config\":[]}", "MANIFEST_INVALID", "config"),
            refused(
                    "a layer without a digest",
                    "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"a/b\"}]}",
                    "MANIFEST_INVALID",
                    "digest"),
            refused(
                    "a layer's digest is none",
                    "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:x\"}]}",
                    "MANIFEST_INVALID",
                    "sha256"),
            refused(
                    "an annotation is no text",
                    index(OCI_INDEX, "", ",\"annotations\":{\"a\":1}"),
                    "MANIFEST_INVALID",
                    "annotation"),
            row(
                    "end-7a",
                    "Content-Type is another",
                    blob(LAYER),
                    blob(CONFIG),
                    putting("a", IMAGE)
                            .with("Content-Type", DOCKER_MANIFEST)
                            .is(400, "MANIFEST_INVALID")
                            .telling(OCI_MANIFEST, DOCKER_MANIFEST),
                    nothing()),
            row(
                    "end-7a",
                    "Content-Type is none",
                    putting("a", lone("x")).with("Content-Type", "index").is(400, "MANIFEST_INVALID"),
                    nothing()),
            row(
                    "end-7a",
                    "schema 1 by Content-Type",
                    putting("a", "{}")
                            .with("Content-Type", SCHEMA1.replace("json", "prettyjws"))
                            .is(400, "MANIFEST_INVALID")
                            .telling("schema 1"),
                    nothing()),
            row(
                    "end-7a",
                    "not a tag",
                    putting(".a", lone("x")).is(400, "TAG_INVALID").telling(".a")),
            row("end-7a", "a tag of 129", putting("t".repeat(129), lone("x")).is(400, "TAG_INVALID")),
            row(
                    "end-7a",
                    "not a digest",
                    putting("sha256:abc", lone("x")).is(400, "DIGEST_INVALID").telling("abc")),
            row(
                    "end-7a",
                    "another's digest",
                    putting(NO_SHA256, lone("x")).is(400, "DIGEST_INVALID").telling(NO_SHA256, sha256(lone("x"))),
                    get("/v2/{repo}/manifests/" + sha256(lone("x"))).is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-7a",
                    "another's sha512",
                    putting(NO_SHA512, lone("x")).is(400, "DIGEST_INVALID").telling(NO_SHA512, sha512(lone("x"))),
                    nothing()),
            row(
                    "end-7a",
                    "a layer and the config are missing",
                    putting("a", IMAGE)
                            .is(400, "MANIFEST_BLOB_UNKNOWN")
                            .telling(sha256(LAYER), sha256(CONFIG))
                            .json(json ->
                                    assertThat(json.getJsonArray("errors")).hasSize(2)),
                    get("/v2/{repo}/manifests/" + sha256(IMAGE)).is(404, "MANIFEST_UNKNOWN"),
                    nothing()),
            row(
                    "end-7a",
                    "only the layer is",
                    blob(CONFIG),
                    putting("a", IMAGE)
                            .is(400, "MANIFEST_BLOB_UNKNOWN")
                            .telling(sha256(LAYER))
                            .reply(reply -> assertThat(reply.text()).doesNotContain(sha256(CONFIG)))),
            row(
                    "end-7a",
                    "a child is missing",
                    putting("a", INDEX).is(400, "MANIFEST_BLOB_UNKNOWN").telling(sha256(IMAGE))),
            row(
                    "end-7a",
                    "an artifact's blob is missing",
                    putting("a", ARTIFACT).is(400, "MANIFEST_BLOB_UNKNOWN").telling(sha256(LAYER))),
            row(
                    "end-7a",
                    "4 MiB",
                    putting("a", sized(MAX)).is(201),
                    get("/v2/{repo}/manifests/a").is(200).header("Content-Length", "" + MAX)),
            row(
                    "end-7a",
                    "a byte more",
                    putting("a", sized(MAX + 1)).is(413, "CONTENT_TOO_LARGE").telling("" + MAX),
                    nothing()),
            row(
                    "end-7a",
                    "a byte more, chunked",
                    putting("a", sized(MAX + 1)).chunked().is(413, "CONTENT_TOO_LARGE"),
                    nothing()),
            row("end-7a", "chunked", putting("a", lone("x")).chunked().is(201), stored("a", OCI_INDEX, lone("x"))),
            row(
                    "end-7a",
                    "announces more than any machine has",
                    Exchange.raw("PUT /v2/{repo}/manifests/a HTTP/1.1", "Host: x", "Content-Length: 999999999999")
                            .is(413, "CONTENT_TOO_LARGE")),
            row(
                    "end-7a",
                    "",
                    put("/v2/{repo}-/manifests/a")
                            .body(lone("x"))
                            .is(400, "NAME_INVALID")
                            .telling("{repo}-")));

    private ManifestPutRows() {}

    private static Row taken(String what, String type, String json) {
        return taken(what, type, json, type);
    }

    private static Row taken(String what, String type, String json, String served) {
        return row(
                "end-7a",
                what,
                blob(LAYER),
                blob(CONFIG),
                put("/v2/{repo}/manifests/a")
                        .with("Content-Type", type)
                        .body(json)
                        .is(201)
                        .header("Docker-Content-Digest", sha256(json))
                        .header("Location", "/v2/{repo}/manifests/" + sha256(json))
                        .header("Content-Length", "0"),
                stored("a", served, json));
    }

    private static Row refused(String what, String json, String code, String... told) {
        return row(
                "end-7a",
                what,
                blob(LAYER),
                blob(CONFIG),
                putting("a", json).is(400, code).telling(told),
                nothing());
    }

    private static Exchange putting(String reference, String json) {
        return put("/v2/{repo}/manifests/" + reference).body(json);
    }

    private static Exchange stored(String tag, String type, String json) {
        return get("/v2/{repo}/manifests/" + tag)
                .is(200)
                .header("Content-Type", type)
                .header("Content-Security-Policy", "sandbox")
                .header("Docker-Content-Digest", sha256(json))
                .text(json)
                .hidden();
    }

    private static Exchange nothing() {
        return get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN").hidden();
    }

    private static String foreign() {
        String missing = descriptor(OCI_LAYER, "nobody has this");
        return missing.substring(0, missing.length() - 1) + ",\"urls\":[\"https://example.com/layer\"]}";
    }

    private static String sized(int length) {
        String empty = lone("");
        return lone("x".repeat(length - empty.length()));
    }
}
