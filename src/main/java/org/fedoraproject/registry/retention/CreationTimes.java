package org.fedoraproject.registry.retention;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.oci.CreationTime;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;

/**
 * When the content of a tag was created: an image, by its config, or else by its annotation; an index, when the newest
 * of its children was, or else by its annotation. Children that are not in the repository are left out, as are those
 * that do not say, such as attestations.
 */
final class CreationTimes {
    /** No index that a builder makes has as many; more would make a run wait for a single tag. */
    private static final int MAX_MANIFESTS = 1000;

    private final BlobStore blobs;
    private final LinkStore links;

    /** The time is not known, for the reason in the message. */
    static final class UnknownTimeException extends Exception {
        private static final long serialVersionUID = 1;

        private UnknownTimeException(String message) {
            super(message);
        }
    }

    CreationTimes(BlobStore blobs, LinkStore links) {
        this.blobs = blobs;
        this.links = links;
    }

    /**
     * Reads the time of a manifest's content.
     *
     * @param awaitTurn called before each file that is read
     * @throws UnknownTimeException if the content does not say, or some of it cannot be read
     * @throws RegistryException of the storage
     */
    Instant of(RepositoryName name, Digest digest, Runnable awaitTurn) throws UnknownTimeException {
        Optional<Digest> stored = links.stored(name, digest);
        return new Reader(name, awaitTurn)
                .manifest(digest, stored)
                .orElseThrow(() -> new UnknownTimeException(
                        "neither its content nor its annotations say when it was" + " created"));
    }

    /** Reads for one tag. */
    private final class Reader {
        private final RepositoryName name;
        private final Runnable awaitTurn;
        private final Set<Digest> seen = new HashSet<>();

        private Reader(RepositoryName name, Runnable awaitTurn) {
            this.name = name;
            this.awaitTurn = awaitTurn;
        }

        private Optional<Instant> manifest(Digest digest, Optional<Digest> stored) throws UnknownTimeException {
            awaitTurn.run();
            Manifest manifest = stored.flatMap(known -> blobs.read(known, Manifest.MAX_SIZE))
                    .flatMap(Manifest::parseStored)
                    .orElseThrow(() -> new UnknownTimeException("the manifest " + digest + " cannot be read"));
            return manifest.manifests().isEmpty() ? image(manifest) : index(manifest);
        }

        private Optional<Instant> image(Manifest manifest) throws UnknownTimeException {
            Optional<Digest> digest = manifest.config().map(Descriptor::digest);
            Optional<byte[]> config = digest.flatMap(this::config);
            Optional<Instant> created =
                    config.flatMap(CreationTime::ofConfig).or(() -> CreationTime.ofManifest(manifest.bytes()));
            if (created.isEmpty() && digest.isPresent() && config.isEmpty()) {
                throw new UnknownTimeException("the config " + digest.get() + " cannot be read");
            }
            return created;
        }

        private Optional<byte[]> config(Digest digest) {
            awaitTurn.run();
            Optional<Digest> stored =
                    digest.algorithm() == Digest.Algorithm.SHA256 ? Optional.of(digest) : links.layer(name, digest);
            return stored.flatMap(known -> blobs.read(known, Manifest.MAX_SIZE));
        }

        private Optional<Instant> index(Manifest index) throws UnknownTimeException {
            Optional<Instant> newest = Optional.empty();
            for (Descriptor child : index.manifests()) {
                if (child.mayBeManifest() && seen.add(child.digest())) {
                    Optional<Instant> created = child(child.digest());
                    if (created.isPresent()
                            && newest.filter(created.get()::isBefore).isEmpty()) {
                        newest = created;
                    }
                }
            }
            return newest.or(() -> CreationTime.ofManifest(index.bytes()));
        }

        private Optional<Instant> child(Digest digest) throws UnknownTimeException {
            if (seen.size() > MAX_MANIFESTS) {
                throw new UnknownTimeException("it has more than " + MAX_MANIFESTS + " manifests");
            }
            awaitTurn.run();
            Optional<Digest> stored = links.revision(name, digest);
            return stored.isEmpty() ? Optional.empty() : manifest(digest, stored);
        }
    }
}
