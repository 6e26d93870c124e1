package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Removes directories without files, which deletes, crashes and docker-distribution leave. Whoever pushes at the same time
 * makes a directory again that is missing; docker-distribution does not, so it must not write to the tree.
 */
public final class EmptyDirectories {
    private final Storage storage;
    private final Layout layout;

    EmptyDirectories(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    /** What a deleted manifest has left in a repository, with the marks of deletes that were killed. */
    public void removeRevision(RepositoryName name, Digest digest) {
        Path directory = layout.revision(name, digest).getParent();
        storage.run(connection -> {
            List<String> names = connection.list(directory).orElse(List.of());
            if (!DeleteMark.anyLive(connection, directory, names)) {
                connection.removeIfEmpty(directory);
            }
        });
    }

    /** What subjects have left that have no referrers any more, and what the trash has left of the repository. */
    public void removeIn(RepositoryName name) {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            Path subjects = layout.referrers(name).resolve(algorithm.toString());
            for (String subject : list(subjects)) {
                storage.run(connection -> connection.removeUpwards(subjects.resolve(subject), layout.repository(name)));
            }
            removeUpwards(layout.trashed(layout.layers(name, algorithm)), layout.trash());
            removeUpwards(layout.trashed(layout.revisions(name, algorithm)), layout.trash());
        }
    }

    /**
     * A repository that has nothing, and had nothing for a while, and then the directories above it. One with links in the
     * trash stays, so that collections go on to look for it.
     *
     * @param before what has changed since then stays
     */
    public void removeRepository(RepositoryName name, Instant before) {
        List<Path> parts = new ArrayList<>();
        parts.add(layout.tags(name));
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            parts.add(layout.revisions(name, algorithm));
            parts.add(layout.layers(name, algorithm));
            if (!list(layout.trashed(layout.layers(name, algorithm))).isEmpty()
                    || !list(layout.trashed(layout.revisions(name, algorithm))).isEmpty()) {
                return;
            }
        }
        parts.add(layout.uploads(name));
        boolean old = storage.use(connection -> areOld(connection, parts, before));
        if (old) {
            parts.forEach(part -> removeUpwards(part, layout.repositories()));
        }
    }

    /** The groups of blobs, in the tree and in the trash. */
    public void removeGroups() {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            Path blobs = layout.blobs(algorithm);
            Path trashed = layout.trashed(blobs);
            list(blobs).forEach(group -> removeUpwards(blobs.resolve(group), layout.blobs()));
            list(trashed).forEach(group -> removeUpwards(trashed.resolve(group), layout.trash()));
        }
    }

    private static boolean areOld(NfsConnection connection, List<Path> parts, Instant before) throws IOException {
        for (Path part : parts) {
            Optional<FileTime> changed = connection.lastModified(part);
            if (changed.isPresent() && !changed.get().toInstant().isBefore(before)) {
                return false;
            }
        }
        return true;
    }

    private List<String> list(Path directory) {
        return storage.use(connection -> connection.list(directory)).orElse(List.of());
    }

    private void removeUpwards(Path directory, Path top) {
        storage.run(connection -> connection.removeUpwards(directory, top));
    }
}
