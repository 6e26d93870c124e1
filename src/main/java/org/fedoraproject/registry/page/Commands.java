package org.fedoraproject.registry.page;

import org.fedoraproject.registry.http.ClientUrl;

/**
 * Commands with the address under which the client found this server, to copy.
 *
 * @param url of this server
 */
public record Commands(ClientUrl url) {
    /** Plain HTTP on the reader's own machine, for which podman and skopeo need an option. */
    public boolean isLocal() {
        return !url.isSecure() && url.isLoopback();
    }

    /** Plain HTTP elsewhere, which podman and docker refuse. */
    public boolean isPlain() {
        return !url.isSecure() && !url.isLoopback();
    }

    /** The host as names of images begin with it. */
    public String registry() {
        return url.registry();
    }

    public String podmanLogin() {
        return "podman login" + podman() + " " + registry();
    }

    public String dockerLogin() {
        return "docker login " + registry();
    }

    public String skopeoLogin() {
        return "skopeo login" + podman() + " " + registry();
    }

    /** @param image name with tag or digest */
    public String podmanPull(String image) {
        return "podman pull" + podman() + " " + registry() + "/" + image;
    }

    public String dockerPull(String image) {
        return "docker pull " + registry() + "/" + image;
    }

    public String skopeoPull(String image) {
        return "skopeo copy" + option(" --src-tls-verify=false") + " docker://" + registry() + "/" + image
                + " oci-archive:image.tar";
    }

    public String podmanPush(String image) {
        return "podman push" + podman() + " IMAGE " + registry() + "/" + image;
    }

    public String dockerTag(String image) {
        return "docker tag IMAGE " + registry() + "/" + image;
    }

    public String dockerPush(String image) {
        return "docker push " + registry() + "/" + image;
    }

    public String skopeoPush(String image) {
        return "skopeo copy" + option(" --dest-tls-verify=false") + " docker://quay.io/fedora/fedora-minimal docker://"
                + registry() + "/" + image;
    }

    private String podman() {
        return option(" --tls-verify=false");
    }

    private String option(String insecure) {
        return isLocal() ? insecure : "";
    }
}
