package org.fedoraproject.registry.v2;

import static org.fedoraproject.registry.v2.Exchange.post;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.ARM_IMAGE;
import static org.fedoraproject.registry.v2.Samples.CONFIG;
import static org.fedoraproject.registry.v2.Samples.DOCKER_IMAGE;
import static org.fedoraproject.registry.v2.Samples.IMAGE;
import static org.fedoraproject.registry.v2.Samples.INDEX;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.LIST;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.sha256;

/** What rows begin with. */
final class Pushes {
    private Pushes() {}

    /** Pushes a blob to {@code {repo}}. */
    static Exchange blob(String content) {
        return blob("{repo}", content);
    }

    static Exchange blob(String name, String content) {
        return post("/v2/" + name + "/blobs/uploads/?digest=" + sha256(content))
                .body(content)
                .is(201)
                .hidden();
    }

    /** Pushes a manifest to {@code {repo}}. */
    static Exchange manifest(String reference, String json) {
        return manifest("{repo}", reference, json);
    }

    static Exchange manifest(String name, String reference, String json) {
        return put("/v2/" + name + "/manifests/" + reference).body(json).is(201).hidden();
    }

    /** Begins an upload to {@code {repo}}; it is {@code {upload}} then. */
    static Exchange upload() {
        return post("/v2/{repo}/blobs/uploads/").is(202).keepUpload().hidden();
    }

    /** The repositories that all rows may read, {@code name} and {@code {tags}}. */
    static Row app(String name) {
        return row(
                "",
                "an image of each type, and many tags",
                blob(name, LAYER),
                blob(name, CONFIG),
                manifest(name, "image", IMAGE),
                manifest(name, "docker", DOCKER_IMAGE),
                manifest(name, sha256(ARM_IMAGE), ARM_IMAGE),
                manifest(name, "index", INDEX),
                manifest(name, "list", LIST),
                manifest("{tags}", sha256(lone("x")) + "?tag=" + String.join("&tag=", ListingRows.TAGS), lone("x")));
    }
}
