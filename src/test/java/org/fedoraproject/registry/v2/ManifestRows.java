package org.fedoraproject.registry.v2;

import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.ARM_IMAGE;
import static org.fedoraproject.registry.v2.Samples.CONFIG;
import static org.fedoraproject.registry.v2.Samples.DOCKER_IMAGE;
import static org.fedoraproject.registry.v2.Samples.DOCKER_LIST;
import static org.fedoraproject.registry.v2.Samples.DOCKER_MANIFEST;
import static org.fedoraproject.registry.v2.Samples.IMAGE;
import static org.fedoraproject.registry.v2.Samples.INDEX;
import static org.fedoraproject.registry.v2.Samples.LIST;
import static org.fedoraproject.registry.v2.Samples.NO_SHA256;
import static org.fedoraproject.registry.v2.Samples.NO_SHA512;
import static org.fedoraproject.registry.v2.Samples.OCI_INDEX;
import static org.fedoraproject.registry.v2.Samples.OCI_MANIFEST;
import static org.fedoraproject.registry.v2.Samples.sha256;

import java.util.List;

/** Pulling manifests: end-3. */
final class ManifestRows {
    private static final String BY_TAG = "/v2/{app}/manifests/image";
    private static final String BY_DIGEST = "/v2/{app}/manifests/" + sha256(IMAGE);

    static final List<Row> ROWS = List.of(
            row("end-3", "", served(get(BY_TAG), OCI_MANIFEST, IMAGE).text(IMAGE)),
            row("end-3", "", served(get(BY_DIGEST), OCI_MANIFEST, IMAGE).text(IMAGE)),
            row("end-3", "", served(head(BY_TAG), OCI_MANIFEST, IMAGE)),
            row("end-3", "", served(head(BY_DIGEST), OCI_MANIFEST, IMAGE)),
            row("end-3", "", served(get("/v2/{app}/manifests/docker"), DOCKER_MANIFEST, DOCKER_IMAGE)),
            row("end-3", "", served(get("/v2/{app}/manifests/index"), OCI_INDEX, INDEX)),
            row("end-3", "", served(get("/v2/{app}/manifests/list"), DOCKER_LIST, LIST)),
            row(
                    "end-3",
                    "an escaped colon",
                    served(get("/v2/{app}/manifests/" + sha256(IMAGE).replace(":", "%3A")), OCI_MANIFEST, IMAGE)),
            row("end-3", "an escaped letter", served(get("/v2/{app}/manifests/%69mage"), OCI_MANIFEST, IMAGE)),
            row("end-3", "a query that means nothing", served(get(BY_TAG + "?ns=docker.io"), OCI_MANIFEST, IMAGE)),
            row(
                    "end-3",
                    "",
                    get("/v2/{app}/manifests/unknown")
                            .is(404, "MANIFEST_UNKNOWN")
                            .telling("unknown", "{app}")
                            .header("Cache-Control", "no-store")),
            row("end-3", "", head("/v2/{app}/manifests/unknown").is(404)),
            row("end-3", "", get("/v2/{app}/manifests/" + NO_SHA256).is(404, "MANIFEST_UNKNOWN")),
            row("end-3", "", head("/v2/{app}/manifests/" + NO_SHA256).is(404)),
            row("end-3", "", get("/v2/{app}/manifests/" + NO_SHA512).is(404, "MANIFEST_UNKNOWN")),
            row("end-3", "no such repository", get("/v2/{repo}/manifests/image").is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-3",
                    "another's manifest",
                    get("/v2/{repo}/manifests/" + sha256(IMAGE)).is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-3",
                    "a blob is no manifest",
                    get("/v2/{app}/manifests/" + sha256(CONFIG)).is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-3",
                    "what is no tag is an unknown one",
                    get("/v2/{app}/manifests/.INVALID").is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-3",
                    "what is no tag is an unknown one",
                    head("/v2/{app}/manifests/.INVALID").is(404)),
            row(
                    "end-3",
                    "a tag of 129",
                    get("/v2/{app}/manifests/" + "t".repeat(129)).is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-3",
                    "too short",
                    get("/v2/{app}/manifests/sha256:abc")
                            .is(400, "DIGEST_INVALID")
                            .telling("abc")),
            row(
                    "end-3",
                    "upper case",
                    get("/v2/{app}/manifests/sha256:" + "A".repeat(64)).is(400, "DIGEST_INVALID")),
            row(
                    "end-3",
                    "no such algorithm",
                    get("/v2/{app}/manifests/md5:" + "0".repeat(32))
                            .is(400, "DIGEST_INVALID")
                            .telling("md5")),
            row("end-3", "", head("/v2/{app}/manifests/sha256:abc").is(400)),
            row("end-3", "quoted", matched(BY_TAG, "\"" + sha256(IMAGE) + "\"")),
            row("end-3", "bare, as docker sends it", matched(BY_TAG, sha256(IMAGE))),
            row("end-3", "weak", matched(BY_TAG, "W/\"" + sha256(IMAGE) + "\"")),
            row("end-3", "in a list", matched(BY_TAG, "\"x\", \"" + sha256(IMAGE) + "\"")),
            row("end-3", "any", matched(BY_TAG, "*")),
            row("end-3", "by digest", matched(BY_DIGEST, "\"" + sha256(IMAGE) + "\"")),
            row(
                    "end-3",
                    "HEAD",
                    head(BY_TAG)
                            .with("If-None-Match", "\"" + sha256(IMAGE) + "\"")
                            .is(304)),
            row(
                    "end-3",
                    "another one's",
                    get(BY_TAG)
                            .with("If-None-Match", "\"" + sha256(INDEX) + "\"")
                            .is(200)
                            .text(IMAGE)),
            row(
                    "end-3",
                    "nothing matches what is not there",
                    get("/v2/{app}/manifests/unknown")
                            .with("If-None-Match", "*")
                            .is(404, "MANIFEST_UNKNOWN")),
            row(
                    "end-3",
                    "a client without lists gets amd64",
                    served(accepting(DOCKER_MANIFEST), DOCKER_MANIFEST, DOCKER_IMAGE)
                            .text(DOCKER_IMAGE)),
            row(
                    "end-3",
                    "HEAD the same",
                    served(
                            head("/v2/{app}/manifests/list").with("Accept", DOCKER_MANIFEST),
                            DOCKER_MANIFEST,
                            DOCKER_IMAGE)),
            row(
                    "end-3",
                    "by digest the list stays",
                    served(
                            get("/v2/{app}/manifests/" + sha256(LIST)).with("Accept", DOCKER_MANIFEST),
                            DOCKER_LIST,
                            LIST)),
            row(
                    "end-3",
                    "its other child",
                    served(get("/v2/{app}/manifests/" + sha256(ARM_IMAGE)), DOCKER_MANIFEST, ARM_IMAGE)),
            row(
                    "end-3",
                    "both in one Accept",
                    served(accepting(DOCKER_MANIFEST + ", " + DOCKER_LIST + ";q=0.5"), DOCKER_LIST, LIST)),
            row(
                    "end-3",
                    "both, a header each",
                    served(accepting(DOCKER_MANIFEST).with("Accept", DOCKER_LIST), DOCKER_LIST, LIST)),
            row("end-3", "anything", served(accepting(DOCKER_MANIFEST + ", */*"), DOCKER_LIST, LIST)),
            row(
                    "end-3",
                    "of other types all is as stored",
                    served(get("/v2/{app}/manifests/index").with("Accept", DOCKER_MANIFEST), OCI_INDEX, INDEX)),
            row(
                    "end-3",
                    "as Java asks",
                    served(
                            get(BY_TAG).with("Accept", "text/html, image/gif, *; q=.2, */*; q=.2"),
                            OCI_MANIFEST,
                            IMAGE)),
            row(
                    "end-3",
                    "a type that is none",
                    get(BY_TAG).with("Accept", ";;, x").is(200)),
            row(
                    "end-3",
                    "conditions on two lines",
                    get(BY_TAG)
                            .with("If-None-Match", "\"sha256:0\"")
                            .with("If-None-Match", "*")
                            .is(304)));

    private ManifestRows() {}

    private static Exchange accepting(String types) {
        return get("/v2/{app}/manifests/list").with("Accept", types);
    }

    private static Exchange served(Exchange exchange, String type, String json) {
        return exchange.is(200)
                .header("Content-Type", type)
                .header("Content-Length", Integer.toString(json.length()))
                .header("Docker-Content-Digest", sha256(json))
                .header("ETag", "\"" + sha256(json) + "\"")
                .header("Vary", "Accept");
    }

    private static Exchange matched(String path, String tags) {
        return get(path)
                .with("If-None-Match", tags)
                .is(304)
                .header("ETag", "\"" + sha256(IMAGE) + "\"")
                .header("Docker-Content-Digest", sha256(IMAGE));
    }
}
