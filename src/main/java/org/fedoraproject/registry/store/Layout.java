package org.fedoraproject.registry.store;

import java.nio.file.Path;
import java.util.UUID;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/**
 * The paths of the tree, below {@code <root>/docker/registry/v2/}:
 *
 * <pre>
 * blobs/&lt;alg&gt;/&lt;first 2 hex&gt;/&lt;hex&gt;/data                    bytes of layers, configs and manifests
 * repositories/&lt;name&gt;/
 *   _layers/&lt;alg&gt;/&lt;hex&gt;/link                         the repository has this blob
 *   _manifests/revisions/&lt;alg&gt;/&lt;hex&gt;/link             the repository has this manifest
 *   _manifests/revisions/&lt;alg&gt;/&lt;hex&gt;/delete-&lt;uuid&gt;    a delete of it is running; ours
 *   _manifests/tags/&lt;tag&gt;/current/link                the manifest that the tag names
 *   _manifests/tags/&lt;tag&gt;/index/&lt;alg&gt;/&lt;hex&gt;/link       a manifest that the tag has named
 *   _referrers/&lt;alg&gt;/&lt;hex of subject&gt;/&lt;alg&gt;-&lt;hex&gt;      a referrer; ours, docker-distribution skips it
 *   _referrers/&lt;alg&gt;/&lt;hex of subject&gt;/&lt;alg&gt;-&lt;hex&gt;.&lt;hex of type&gt;      its artifact type; ours too
 *   _uploads/&lt;uuid&gt;/{data,startedat,claim-&lt;n&gt;}        an upload session; claim-&lt;n&gt;, ours, is its lease
 * </pre>
 */
final class Layout {
    static final String LAYERS = "_layers";
    static final String MANIFESTS = "_manifests";
    static final String UPLOADS = "_uploads";

    private final String root;
    private final String top;
    private final String trash;
    private final String blobs;
    private final String repositories;

    Layout(Path root) {
        this.root = root.toString();
        this.top = root + "/docker/registry/v2/";
        this.trash = root + "/.trash/";
        this.blobs = top + "blobs/";
        this.repositories = top + "repositories/";
    }

    Path blobs() {
        return Path.of(blobs);
    }

    Path repositories() {
        return Path.of(repositories);
    }

    Path blobs(Digest.Algorithm algorithm) {
        return Path.of(blobs + algorithm);
    }

    Path blob(Digest digest) {
        return Path.of(blobs + digest.algorithm() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data");
    }

    Path repository(RepositoryName name) {
        return Path.of(repositories + name);
    }

    Path layers(RepositoryName name) {
        return Path.of(repositories + name + "/" + LAYERS);
    }

    Path manifests(RepositoryName name) {
        return Path.of(repositories + name + "/" + MANIFESTS);
    }

    Path layers(RepositoryName name, Digest.Algorithm algorithm) {
        return Path.of(repositories + name + "/" + LAYERS + "/" + algorithm);
    }

    Path revisions(RepositoryName name, Digest.Algorithm algorithm) {
        return Path.of(repositories + name + "/" + MANIFESTS + "/revisions/" + algorithm);
    }

    Path layer(RepositoryName name, Digest digest) {
        return Path.of(repositories + name + "/" + LAYERS + "/" + link(digest));
    }

    Path revision(RepositoryName name, Digest digest) {
        return Path.of(repositories + name + "/" + MANIFESTS + "/revisions/" + link(digest));
    }

    Path tags(RepositoryName name) {
        return Path.of(repositories + name + "/" + MANIFESTS + "/tags");
    }

    Path tag(RepositoryName name, Tag tag) {
        return Path.of(repositories + name + "/" + MANIFESTS + "/tags/" + tag);
    }

    Path tagCurrent(RepositoryName name, Tag tag) {
        return Path.of(repositories + name + "/" + MANIFESTS + "/tags/" + tag + "/current/link");
    }

    /** The file with the current manifest of the tag in this directory. */
    Path current(Path tag) {
        return tag.resolve("current/link");
    }

    Path tagIndex(RepositoryName name, Tag tag, Digest digest) {
        return Path.of(repositories + name + "/" + MANIFESTS + "/tags/" + tag + "/index/" + link(digest));
    }

    Path referrers(RepositoryName name) {
        return Path.of(repositories + name + "/_referrers");
    }

    Path referrers(RepositoryName name, Digest subject) {
        return Path.of(repositories + name + "/_referrers/" + subject.algorithm() + "/" + subject.hex());
    }

    Path referrer(RepositoryName name, Digest subject, Digest referrer) {
        return referrers(name, subject).resolve(referrer.algorithm() + "-" + referrer.hex());
    }

    /**
     * Beside {@link #referrer}.
     *
     * @param type a digest of the artifact type
     */
    Path referrerOfType(RepositoryName name, Digest subject, Digest referrer, String type) {
        return referrers(name, subject).resolve(referrer.algorithm() + "-" + referrer.hex() + "." + type);
    }

    Path uploads(RepositoryName name) {
        return Path.of(repositories + name + "/" + UPLOADS);
    }

    Path upload(RepositoryName name, UUID id) {
        return Path.of(repositories + name + "/" + UPLOADS + "/" + id);
    }

    Path uploadData(RepositoryName name, UUID id) {
        return Path.of(repositories + name + "/" + UPLOADS + "/" + id + "/data");
    }

    /** Beside docker-distribution's tree. */
    Path queue(String name) {
        return Path.of(root + "/.queues/" + name);
    }

    /** What runs of retention keep; beside docker-distribution's tree. */
    Path retention() {
        return Path.of(root + "/.gc/retention");
    }

    /** The place for content that does not match its digest; beside docker-distribution's tree. */
    Path quarantine() {
        return Path.of(root + "/.quarantine");
    }

    Path quarantine(Digest digest) {
        return quarantine().resolve(digest.algorithm() + "-" + digest.hex());
    }

    Path trash() {
        return Path.of(root + "/.trash");
    }

    /** Where a collection puts a file of the tree; beside docker-distribution's tree. */
    Path trashed(Path file) {
        return Path.of(trash + within(top, file));
    }

    /** Where a file in the trash came from. */
    Path untrashed(Path trashed) {
        return Path.of(top + within(trash, trashed));
    }

    private static String within(String directory, Path file) {
        String path = file.toString();
        if (!path.startsWith(directory)) {
            throw new IllegalArgumentException(path + " is not below " + directory);
        }
        return path.substring(directory.length());
    }

    /** What collections keep on the share; beside docker-distribution's tree. */
    Path collection() {
        return Path.of(root + "/.gc");
    }

    /** How busy each instance was; beside docker-distribution's tree. */
    Path history() {
        return Path.of(root + "/.history");
    }

    /** What scrubs keep on the share; beside docker-distribution's tree. */
    Path scrub() {
        return Path.of(root + "/.scrub");
    }

    /** What quotas keep on the share; beside docker-distribution's tree. */
    Path quota() {
        return Path.of(root + "/.quota");
    }

    /** What instances tell each other for their indexes; beside docker-distribution's tree. */
    Path index() {
        return Path.of(root + "/.index");
    }

    /** A path for people, from the root on. */
    String fromRoot(Path path) {
        return path.toString().substring(root.length() + 1);
    }

    private static String link(Digest digest) {
        return digest.algorithm() + "/" + digest.hex() + "/link";
    }
}
