package org.fedoraproject.registry.page;

import java.util.List;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.Tag;

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

    /**
     * What pulls something of this kind.
     *
     * @param kind see {@link Kinds}
     * @param flatpak the ref of a Flatpak; {@code null} if it is none
     */
    List<String> pulls(String name, Reference reference, String kind, String flatpak) {
        String image = name + (reference instanceof Tag ? ":" : "@") + reference;
        if (kind.equals(Kinds.HELM_CHART)) {
            String version = reference instanceof Tag ? " --version " + reference : "@" + reference;
            return List.of("helm pull " + option("--plain-http ") + "oci://" + registry() + "/" + name + version);
        }
        if (flatpak != null && Kinds.isFlatpakRef(flatpak)) {
            return List.of(
                    "flatpak remote-add --user REMOTE oci+" + url.scheme() + "://" + url.host(),
                    "flatpak install --user REMOTE " + flatpak);
        }
        if (kind.equals(Kinds.ARTIFACT)) {
            return List.of(
                    "oras pull " + option("--plain-http ") + registry() + "/" + image,
                    "skopeo copy" + option(" --src-tls-verify=false") + " docker://" + registry() + "/" + image
                            + " dir:artifact");
        }
        return List.of(podmanPull(image), dockerPull(image), skopeoPull(image));
    }

    private String podman() {
        return option(" --tls-verify=false");
    }

    private String option(String insecure) {
        return isLocal() ? insecure : "";
    }
}
