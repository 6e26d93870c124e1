package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.delete;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Pushes.manifest;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.CONFIG;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.NO_SHA512;
import static org.fedoraproject.registry.v2.Samples.OCI_CONFIG;
import static org.fedoraproject.registry.v2.Samples.OCI_INDEX;
import static org.fedoraproject.registry.v2.Samples.OCI_MANIFEST;
import static org.fedoraproject.registry.v2.Samples.descriptor;
import static org.fedoraproject.registry.v2.Samples.image;
import static org.fedoraproject.registry.v2.Samples.index;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.referrer;
import static org.fedoraproject.registry.v2.Samples.sha256;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Listing referrers: end-12. */
final class ReferrerRows {
    private static final String SUBJECT = lone("subject");
    private static final String REFERRERS = "/v2/{repo}/referrers/" + sha256(SUBJECT);
    private static final String SIG = referrer(SUBJECT, "application/x.sig+json");
    private static final String SBOM = referrer(SUBJECT, "application/x.sbom");
    private static final String UNTYPED = image(OCI_MANIFEST, ",\"subject\":" + descriptor(OCI_INDEX, SUBJECT));
    private static final String EMPTY_TYPE = UNTYPED.replace("{\"schema", "{\"artifactType\":\"\",\"schema");
    private static final String FALLBACK = index(OCI_INDEX, descriptor(OCI_INDEX, SIG), "");
    private static final String FALLBACK_TAG = sha256(SUBJECT).replace(':', '-');
    private static final String NONE = "{\"schemaVersion\":2,\"mediaType\":\"" + OCI_INDEX + "\",\"manifests\":[]}";

    static final List<Row> ROWS = List.of(
            row(
                    "end-12a",
                    "none",
                    manifest("a", SUBJECT),
                    get(REFERRERS)
                            .is(200)
                            .header("Content-Type", OCI_INDEX)
                            .text(NONE)
                            .without("OCI-Filters-Applied", "Link")),
            row("end-12a", "no such subject", get(REFERRERS).is(200).text(NONE)),
            row(
                    "end-12a",
                    "as oras asks whether there is the API",
                    get("/v2/{repo}/referrers/" + NO_SHA256).is(200).text(NONE)),
            row("end-12a", "", get("/v2/{repo}/referrers/" + NO_SHA512).is(200).text(NONE)),
            row(
                    "end-12a",
                    "one",
                    manifest("a", SUBJECT),
                    manifest(sha256(SIG), SIG),
                    get(REFERRERS).is(200).header("Content-Type", OCI_INDEX).json(json -> {
                        assertThat(json.getJsonArray("manifests")).hasSize(1);
                        var found = json.getJsonArray("manifests").getJsonObject(0);
                        assertThat(found.getString("mediaType")).isEqualTo(OCI_INDEX);
                        assertThat(found.getString("digest")).isEqualTo(sha256(SIG));
                        assertThat(found.getInt("size")).isEqualTo(SIG.length());
                        assertThat(found.getString("artifactType")).isEqualTo("application/x.sig+json");
                        assertThat(found.getJsonObject("annotations").getString("note"))
                                .isEqualTo("application/x.sig+json");
                    })),
            row(
                    "end-12a",
                    "before its subject",
                    manifest(sha256(SIG), SIG),
                    listed(REFERRERS, SIG),
                    manifest("a", SUBJECT),
                    listed(REFERRERS, SIG)),
            row(
                    "end-12a",
                    "two",
                    manifest(sha256(SIG), SIG),
                    manifest("sbom", SBOM),
                    listed(REFERRERS, SIG, SBOM).without("Link")),
            row("end-12a", "twice the same", manifest(sha256(SIG), SIG), manifest("sig", SIG), listed(REFERRERS, SIG)),
            row(
                    "end-12a",
                    "not in other repositories",
                    manifest(sha256(SIG), SIG),
                    get("/v2/{repo}/other/referrers/" + sha256(SUBJECT)).is(200).text(NONE)),
            row(
                    "end-12a",
                    "the config's type where the manifest has none",
                    blob(LAYER),
                    blob(CONFIG),
                    manifest("a", UNTYPED),
                    typed(OCI_CONFIG)),
            row(
                    "end-12a",
                    "the same where it is empty",
                    blob(LAYER),
                    blob(CONFIG),
                    manifest("a", EMPTY_TYPE),
                    typed(OCI_CONFIG)),
            row(
                    "end-12a",
                    "a deleted one is gone",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    delete("/v2/{repo}/manifests/" + sha256(SIG)).is(202),
                    listed(REFERRERS, SBOM)),
            row(
                    "end-12a",
                    "they outlive their subject",
                    manifest("a", SUBJECT),
                    manifest(sha256(SIG), SIG),
                    delete("/v2/{repo}/manifests/" + sha256(SUBJECT)).is(202),
                    listed(REFERRERS, SIG)),
            row(
                    "end-12a",
                    "not from the fallback tag what has no such subject",
                    manifest(sha256(SIG.replace("subject", "xubject")), SIG.replace("subject", "xubject")),
                    manifest(FALLBACK_TAG, FALLBACK.replace(sha256(SIG), sha256(SIG.replace("subject", "xubject")))),
                    get(REFERRERS).is(200).text(NONE)),
            row(
                    "end-12a",
                    "from there and from here, once",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    manifest(FALLBACK_TAG, FALLBACK),
                    listed(REFERRERS, SIG, SBOM)),
            row(
                    "end-12b",
                    "",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    listed(REFERRERS + "?artifactType=application/x.sbom", SBOM)
                            .header("OCI-Filters-Applied", "artifactType")),
            row(
                    "end-12b",
                    "a plus, escaped",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    listed(REFERRERS + "?artifactType=application%2Fx.sig%2Bjson", SIG)),
            row(
                    "end-12b",
                    "a plus, as it is",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    listed(REFERRERS + "?artifactType=application/x.sig+json", SIG)),
            row(
                    "end-12b",
                    "none of that type",
                    manifest(sha256(SIG), SIG),
                    get(REFERRERS + "?artifactType=a/b")
                            .is(200)
                            .text(NONE)
                            .header("OCI-Filters-Applied", "artifactType")),
            row(
                    "end-12b",
                    "what is no media type",
                    manifest(sha256(SIG), SIG),
                    get(REFERRERS + "?artifactType=x").is(200).text(NONE)),
            row("end-12b", "empty", manifest(sha256(SIG), SIG), listed(REFERRERS + "?artifactType=", SIG)),
            row(
                    "end-12b",
                    "in capitals",
                    manifest(sha256(SIG), SIG),
                    listed(REFERRERS + "?artifactType=application/x.SIG%2Bjson", SIG)),
            row(
                    "end-12b",
                    "by the config's type",
                    blob(LAYER),
                    blob(CONFIG),
                    manifest("a", UNTYPED),
                    listed(REFERRERS + "?artifactType=" + OCI_CONFIG.replace("+", "%2B"), UNTYPED)),
            row(
                    "end-12a",
                    "page by page",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    followed(REFERRERS + "?n=1", SIG, SBOM)),
            row(
                    "end-12b",
                    "page by page",
                    manifest(sha256(SIG), SIG),
                    manifest(sha256(SBOM), SBOM),
                    manifest("more", SBOM + " "),
                    followed(REFERRERS + "?n=1&artifactType=application%2Fx.sbom", SBOM, SBOM + " ")),
            row(
                    "end-12a",
                    "",
                    get("/v2/{repo}/referrers/a").is(400, "DIGEST_INVALID").telling("a")),
            row("end-12a", "", get("/v2/{repo}/referrers/sha256:abc").is(400, "DIGEST_INVALID")),
            row("end-12a", "", get("/v2/{repo}./referrers/" + NO_SHA256).is(400, "NAME_INVALID")),
            row("end-12a", "", get(REFERRERS + "?n=x").is(400, "PAGINATION_NUMBER_INVALID")));

    private ReferrerRows() {}

    private static Exchange listed(String path, String... referrers) {
        return get(path)
                .is(200)
                .header("Content-Type", OCI_INDEX)
                .json(json -> assertThat(digests(json)).containsExactlyInAnyOrder(sorted(referrers)));
    }

    private static Exchange typed(String artifactType) {
        return get(REFERRERS)
                .is(200)
                .json(json -> assertThat(
                                json.getJsonArray("manifests").getJsonObject(0).getString("artifactType"))
                        .isEqualTo(artifactType));
    }

    /** Each page must have one. */
    private static Step followed(String path, String... referrers) {
        return session -> {
            List<String> found = new ArrayList<>();
            String[] next = {path};
            for (int page = 0; next[0] != null; page++) {
                assertThat(page).isLessThan(100);
                get(next[0])
                        .is(200)
                        .reply(reply -> {
                            assertThat(digests(reply.json())).hasSize(1);
                            found.addAll(digests(reply.json()));
                            next[0] = ListingRows.next(reply.header("Link"));
                        })
                        .run(session);
            }
            assertThat(found).containsExactly(sorted(referrers));
        };
    }

    private static String[] sorted(String... manifests) {
        return Stream.of(manifests).map(Samples::sha256).sorted().toArray(String[]::new);
    }

    private static List<String> digests(jakarta.json.JsonObject json) {
        return json.getJsonArray("manifests")
                .getValuesAs(value -> value.asJsonObject().getString("digest"));
    }
}
