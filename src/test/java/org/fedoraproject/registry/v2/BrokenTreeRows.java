package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.delete;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Exchange.post;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Pushes.manifest;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.CONFIG;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.OCI_INDEX;
import static org.fedoraproject.registry.v2.Samples.OCI_LAYER;
import static org.fedoraproject.registry.v2.Samples.OCI_MANIFEST;
import static org.fedoraproject.registry.v2.Samples.descriptor;
import static org.fedoraproject.registry.v2.Samples.image;
import static org.fedoraproject.registry.v2.Samples.index;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.sha256;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.fedoraproject.registry.testing.Command;

/**
 * Trees as they are found in the field, by the names of GitLab's importer, and worse ones. Each is an image with the tag
 * {@code a}, broken. No request on it may be a server's error, and a push mends it.
 */
final class BrokenTreeRows {
    private static final String REPOSITORY = "repositories/{repo}/";
    private static final String TAG = REPOSITORY + "_manifests/tags/a/current/link";
    private static final String UPLOAD = "00000000-0000-4000-8000-000000000001";

    static final List<Row> ROWS = List.of(
            broken("bad-manifest-format", image -> write(data(image), "no manifest"), unknown("a")),
            broken("bad-manifest-format, JSON", image -> write(data(image), "[{}]"), unknown("a")),
            broken(
                    "a manifest nested deeply",
                    image -> write(data(image), "{\"x\":" + "[".repeat(9000) + "]".repeat(9000) + "}")),
            broken("bad-manifest-link", image -> write(revision(image), "no digest"), image -> unknownDigest(image)),
            broken("bad-tag-link", image -> write(TAG, "no digest"), unknown("a")),
            broken("empty tag link", image -> write(TAG, ""), unknown("a")),
            broken("missing-tag-link", image -> remove(TAG), unknown("a")),
            broken(
                    "a tag that is an empty directory",
                    image -> remove(REPOSITORY + "_manifests/tags/a/current"),
                    unknown("a")),
            broken("a tag of nothing", image -> write(TAG, Samples.NO_SHA256), unknown("a")),
            broken("a link with a line's end", image -> write(TAG, sha256(image) + "\n")),
            broken("a link far too long", image -> write(TAG, "sha256:" + "0".repeat(10_000)), unknown("a")),
            broken(
                    "empty-layer-links",
                    image -> write(layer(LAYER), ""),
                    image -> get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN")),
            broken("empty-manifest", image -> write(data(image), ""), unknown("a")),
            broken("a manifest's bytes are gone", image -> remove(data(image)), unknown("a")),
            broken("missing-revisions", image -> remove(REPOSITORY + "_manifests/revisions")),
            broken(
                    "missing-tags",
                    image -> remove(REPOSITORY + "_manifests/tags"),
                    image -> get("/v2/{repo}/tags/list").is(200).telling("\"tags\":[]")),
            broken("no manifests", image -> remove(REPOSITORY + "_manifests"), unknown("a")),
            broken("invalid-blob", image -> write("blobs/sha256/ab/abcd/data", "x")),
            broken("invalid-blob, linked", image -> write(REPOSITORY + "_layers/sha256/abcd/link", "sha256:abcd")),
            broken(
                    "unlinked-config",
                    image -> remove(layer(CONFIG)),
                    image -> put("/v2/{repo}/manifests/b")
                            .body(image)
                            .is(400, "MANIFEST_BLOB_UNKNOWN")
                            .telling(sha256(CONFIG))),
            broken(
                    "unlinked-layers",
                    image -> remove(REPOSITORY + "_layers"),
                    image -> get("/v2/{repo}/manifests/a").is(200).text(image)),
            broken("unsupported-digest", image -> write(TAG, "sha384:" + "0".repeat(96)), unknown("a")),
            broken(
                    "unsupported-digest, in the path",
                    image -> write(
                            REPOSITORY + "_manifests/revisions/md5/" + "0".repeat(32) + "/link",
                            "md5:" + "0".repeat(32)),
                    image -> get("/v2/{repo}/manifests/md5:" + "0".repeat(32)).is(400, "DIGEST_INVALID")),
            row(
                    "broken",
                    "a link that is a directory",
                    manifest("a", lone("x")),
                    directory(TAG),
                    get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN"),
                    get("/v2/{repo}/tags/list").is(200),
                    delete("/v2/{repo}/manifests/" + sha256(lone("x"))).is(202)),
            row(
                    "broken",
                    "a blob that is a directory",
                    manifest("a", lone("a directory")),
                    directory(data(lone("a directory"))),
                    get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN"),
                    delete("/v2/{repo}/manifests/" + sha256(lone("a directory")))
                            .is(202)),
            row(
                    "broken",
                    "a layer's link that is a directory",
                    blob(LAYER),
                    directory(layer(LAYER)),
                    get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN"),
                    head("/v2/{repo}/blobs/" + sha256(LAYER)).is(404)),
            broken(
                    "what others leave beside tags",
                    image -> session -> {
                        write(REPOSITORY + "_manifests/tags/.nfs0000000001", "x")
                                .run(session);
                        write(REPOSITORY + "_manifests/tags/link.2f1c7ef0-4a2b-4f3e-9d1a-0123456789ab.tmp", "x")
                                .run(session);
                        write(REPOSITORY + "_manifests/tags/.snapshot/x", "x").run(session);
                        write(REPOSITORY + "_manifests/tags/no tag", "x").run(session);
                    },
                    image -> get("/v2/{repo}/tags/list").is(200).telling("\"tags\":[\"a\"]")),
            broken(
                    "names that are none",
                    image -> write("repositories/protocol/UPPER/_layers/x", "x"),
                    image -> get("/v2/_catalog?last=protocol").is(200).telling("\"{repo}\"")),
            broken(
                    "a referrer that is none",
                    image -> write(REPOSITORY + "_referrers/sha256/" + hex(image) + "/x", "x"),
                    image ->
                            get("/v2/{repo}/referrers/" + sha256(image)).is(200).telling("\"manifests\":[]")),
            broken(
                    "a fallback tag that is no index",
                    image -> write(REPOSITORY + "_manifests/tags/sha256-" + hex(image) + "/current/link", "x"),
                    image ->
                            get("/v2/{repo}/referrers/" + sha256(image)).is(200).telling("\"manifests\":[]")),
            broken(
                    "an upload without data",
                    image -> write(REPOSITORY + "_uploads/" + UPLOAD + "/startedat", "x"),
                    image -> get("/v2/{repo}/blobs/uploads/" + UPLOAD).is(404, "BLOB_UPLOAD_UNKNOWN")),
            row(
                    "broken",
                    "an upload without startedat",
                    write(REPOSITORY + "_uploads/" + UPLOAD + "/data", "01234"),
                    get("/v2/{repo}/blobs/uploads/" + UPLOAD).is(204).header("Range", "0-4"),
                    put("/v2/{repo}/blobs/uploads/" + UPLOAD + "?digest=" + sha256(LAYER))
                            .body("56789")
                            .is(201)),
            row(
                    "broken",
                    "an upload that docker-distribution began",
                    write(REPOSITORY + "_uploads/" + UPLOAD + "/data", "01234"),
                    write(REPOSITORY + "_uploads/" + UPLOAD + "/startedat", "2026-01-02T03:04:05Z"),
                    write(REPOSITORY + "_uploads/" + UPLOAD + "/hashstates/sha256/5", "x"),
                    put("/v2/{repo}/blobs/uploads/" + UPLOAD + "?digest=" + sha256(LAYER))
                            .body("56789")
                            .is(201)),
            row(
                    "broken",
                    "buildkit-index-as-manifest-list",
                    blob(LAYER),
                    put("/v2/{repo}/manifests/a")
                            .body(index(OCI_INDEX, descriptor(OCI_LAYER, LAYER), ""))
                            .is(201),
                    get("/v2/{repo}/manifests/a").is(200)),
            row(
                    "broken",
                    "buildkit-index-as-manifest-list-without-layers",
                    manifest("a", lone("{repo}")),
                    write(REPOSITORY + "_manifests/tags/b/current/link", sha256(cache())),
                    write(REPOSITORY + "_manifests/revisions/sha256/" + hex(cache()) + "/link", sha256(cache())),
                    write(data(cache()), cache()),
                    get("/v2/{repo}/manifests/b").is(200).text(cache())),
            row(
                    "broken",
                    "a manifest linked as a layer, as 2.1 did",
                    manifest("{repo}/other", "a", lone("old")),
                    write(layer(lone("old")), sha256(lone("old"))),
                    get("/v2/{repo}/manifests/" + sha256(lone("old"))).is(200).text(lone("old"))),
            row(
                    "broken",
                    "a layer cut to nothing",
                    blob("cut to nothing"),
                    write(data("cut to nothing"), ""),
                    get("/v2/{repo}/blobs/" + sha256("cut to nothing")).is(404, "BLOB_UNKNOWN"),
                    head("/v2/{repo}/blobs/" + sha256("cut to nothing")).is(404),
                    post("/v2/{repo}/blobs/uploads/?digest=" + sha256("cut to nothing"))
                            .body("cut to nothing")
                            .is(201),
                    get("/v2/{repo}/blobs/" + sha256("cut to nothing")).is(200).text("cut to nothing")),
            row(
                    "broken",
                    "a blob that is a link out of the tree",
                    blob("a link out of the tree"),
                    link(data("a link out of the tree"), "/etc/hostname"),
                    get("/v2/{repo}/blobs/" + sha256("a link out of the tree")).is(404, "BLOB_UNKNOWN"),
                    head("/v2/{repo}/blobs/" + sha256("a link out of the tree")).is(404),
                    blob("a link out of the tree"),
                    get("/v2/{repo}/blobs/" + sha256("a link out of the tree"))
                            .is(200)
                            .text("a link out of the tree")),
            row(
                    "broken",
                    "a tag that is a link",
                    manifest("b", lone("{repo}")),
                    link(TAG, "../../b/current/link"),
                    get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN"),
                    get("/v2/{repo}/manifests/b").is(200),
                    manifest("a", lone("{repo}")),
                    get("/v2/{repo}/manifests/a").is(200)),
            row(
                    "broken",
                    "a blob and a tag that are pipes",
                    manifest("b", lone("{repo}")),
                    pipe(data(lone("{repo}"))),
                    pipe(TAG),
                    get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN"),
                    get("/v2/{repo}/manifests/b").is(404, "MANIFEST_UNKNOWN"),
                    get("/v2/{repo}/tags/list").is(200)),
            row(
                    "broken",
                    "a link from a repository to itself",
                    manifest("a", lone("{repo}")),
                    link("repositories/{repo}/x", "."),
                    get("/v2/_catalog?last={repo}&n=1")
                            .is(200)
                            .json(answer -> assertThat(
                                            answer.getJsonArray("repositories").toString())
                                    .doesNotContain("/x\"")),
                    remove("repositories/{repo}/x")),
            row(
                    "broken",
                    "a layer cut short",
                    blob("cut short"),
                    manifest("a", cutShort()),
                    write(data("cut short"), "cut"),
                    head("/v2/{repo}/manifests/a").is(200),
                    get("/v2/{repo}/blobs/" + sha256("cut short")).is(404, "BLOB_UNKNOWN"),
                    head("/v2/{repo}/blobs/" + sha256("cut short")).is(404),
                    blob("cut short"),
                    get("/v2/{repo}/blobs/" + sha256("cut short")).is(200).text("cut short")),
            row(
                    "broken",
                    "a file where the repository should be",
                    write("repositories/{repo}", "x"),
                    get("/v2/{repo}/manifests/a").is(404, "MANIFEST_UNKNOWN"),
                    get("/v2/{repo}/tags/list").is(404, "NAME_UNKNOWN"),
                    get("/v2/{repo}/blobs/" + sha256(LAYER)).is(404, "BLOB_UNKNOWN"),
                    get("/v2/_catalog?last=protocol").is(200),
                    remove("repositories/{repo}")));

    private interface Part {
        Step of(String image);
    }

    private BrokenTreeRows() {}

    private static Row broken(String what, Part damage) {
        return broken(what, damage, image -> get("/v2/{repo}/manifests/a").hidden());
    }

    private static Row broken(String what, Part damage, Part tested) {
        // an image of its own, for its bytes are broken too
        String image = image(OCI_MANIFEST, ",\"annotations\":{\"broken\":\"" + what + "\"}");
        String byDigest = "/v2/{repo}/manifests/" + sha256(image);
        String layer = "/v2/{repo}/blobs/" + sha256(LAYER);
        return row(
                "broken",
                what,
                blob(LAYER),
                blob(CONFIG),
                manifest("a", image),
                damage.of(image),
                tested.of(image),
                get("/v2/{repo}/manifests/a").hidden(),
                head("/v2/{repo}/manifests/a").hidden(),
                get(byDigest).hidden(),
                head(byDigest).hidden(),
                get("/v2/{repo}/referrers/" + sha256(image)).hidden(),
                get("/v2/{repo}/tags/list").hidden(),
                get("/v2/_catalog?last=protocol").hidden(),
                get(layer).hidden(),
                get(layer).with("Range", "bytes=1-").hidden(),
                head(layer).hidden(),
                post("/v2/{repo}/x/blobs/uploads/?from={repo}&mount=" + sha256(LAYER))
                        .hidden(),
                put("/v2/{repo}/manifests/b").body(image).hidden(),
                blob(LAYER),
                blob(CONFIG),
                manifest("a", image),
                get("/v2/{repo}/manifests/a").is(200).text(image).hidden(),
                get(byDigest).is(200).text(image).hidden(),
                get(layer).is(200).text(LAYER).hidden(),
                damage.of(image),
                delete("/v2/{repo}/manifests/a").hidden(),
                delete(byDigest).hidden(),
                delete(layer).hidden());
    }

    private static Part unknown(String reference) {
        return image -> get("/v2/{repo}/manifests/" + reference).is(404, "MANIFEST_UNKNOWN");
    }

    private static Step unknownDigest(String image) {
        return get("/v2/{repo}/manifests/" + sha256(image)).is(404, "MANIFEST_UNKNOWN");
    }

    private static String cache() {
        return index(OCI_INDEX, descriptor(OCI_LAYER, "a layer that nobody has"), "");
    }

    private static String cutShort() {
        return "{\"schemaVersion\":2,\"layers\":[" + descriptor(OCI_LAYER, "cut short") + "]}";
    }

    private static String hex(String content) {
        return sha256(content).substring("sha256:".length());
    }

    private static String data(String content) {
        return "blobs/sha256/" + hex(content).substring(0, 2) + "/" + hex(content) + "/data";
    }

    private static String revision(String content) {
        return REPOSITORY + "_manifests/revisions/sha256/" + hex(content) + "/link";
    }

    private static String layer(String content) {
        return REPOSITORY + "_layers/sha256/" + hex(content) + "/link";
    }

    private static Step write(String path, String content) {
        return session -> {
            Path file = session.tree().resolve(session.fill(path));
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        };
    }

    private static Step directory(String path) {
        return session -> {
            remove(path).run(session);
            Files.createDirectories(session.tree().resolve(session.fill(path)));
        };
    }

    private static Step link(String path, String target) {
        return session -> {
            Path file = session.tree().resolve(session.fill(path));
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Files.createSymbolicLink(file, Path.of(target));
        };
    }

    private static Step pipe(String path) {
        return session -> {
            Path file = session.tree().resolve(session.fill(path));
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Command.of(file.getParent(), "mkfifo", file.toString()).run();
        };
    }

    private static Step remove(String path) {
        return session -> {
            Path top = session.tree().resolve(session.fill(path));
            if (Files.exists(top)) {
                try (var below = Files.walk(top)) {
                    for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(each);
                    }
                }
            }
        };
    }
}
