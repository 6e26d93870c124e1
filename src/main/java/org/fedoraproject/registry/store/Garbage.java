package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fedoraproject.registry.nfs.FileContent;
import org.fedoraproject.registry.nfs.FileDetails;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * The tree and the trash as a garbage collection sees them. Nothing here touches a file's time, so a collection never
 * keeps alive what it looks at. A file that is missing in the tree is read in the trash.
 */
@Singleton
public final class Garbage {
    private final Storage storage;
    private final Layout layout;
    private final LinkStore links;
    private final Trash trash;

    /** What a collection may take. */
    public enum Kind {
        BLOB,
        /** A repository's link to a blob. */
        LINK,
        /** A repository's link to a manifest. */
        MANIFEST
    }

    /**
     * Something that a collection may take.
     *
     * @param repository the one whose link it is; empty for a blob itself
     */
    public record Item(Kind kind, Optional<RepositoryName> repository, Digest digest) {
        public static Item blob(Digest digest) {
            return new Item(Kind.BLOB, Optional.empty(), digest);
        }

        public static Item link(RepositoryName name, Digest digest) {
            return new Item(Kind.LINK, Optional.of(name), digest);
        }

        public static Item manifest(RepositoryName name, Digest digest) {
            return new Item(Kind.MANIFEST, Optional.of(name), digest);
        }

        @Override
        public String toString() {
            String where = repository.map(name -> " " + name).orElse("");
            return kind.name().toLowerCase(Locale.ROOT) + where + " " + digest;
        }
    }

    @Inject
    Garbage(Storage storage, LinkStore links, Trash trash) {
        this.storage = storage;
        this.layout = storage.layout();
        this.links = links;
        this.trash = trash;
    }

    /** What a collection tidies up. */
    public EmptyDirectories emptyDirectories() {
        return new EmptyDirectories(storage);
    }

    /** Removes the directory of an item that is not there, and not in the trash either. */
    public void tidy(Item item) {
        Path directory = path(item).getParent();
        storage.run(connection -> {
            connection.removeIfEmpty(layout.trashed(directory));
            if (!connection.isDirectory(layout.trashed(directory))) { // on a full share, nobody could make it again
                connection.removeIfEmpty(directory);
            }
        });
    }

    /** A page of the digests under which a repository has manifests; some links may be unreadable. */
    public Page.Entries<Digest> revisions(RepositoryName name, Digest.Algorithm algorithm, Page page) {
        return digests(layout.revisions(name, algorithm), algorithm, page);
    }

    /** The same for those in the trash. */
    public Page.Entries<Digest> trashedRevisions(RepositoryName name, Digest.Algorithm algorithm, Page page) {
        return digests(layout.trashed(layout.revisions(name, algorithm)), algorithm, page);
    }

    /** A page of the digests under which a repository has blobs; some links may be unreadable. */
    public Page.Entries<Digest> layers(RepositoryName name, Digest.Algorithm algorithm, Page page) {
        return digests(layout.layers(name, algorithm), algorithm, page);
    }

    /** The same for those in the trash. */
    public Page.Entries<Digest> trashedLayers(RepositoryName name, Digest.Algorithm algorithm, Page page) {
        return digests(layout.trashed(layout.layers(name, algorithm)), algorithm, page);
    }

    /** The directories of blobs, in order: the first two digits of their digests. */
    public List<String> groups(Digest.Algorithm algorithm) {
        return groups(layout.blobs(algorithm));
    }

    /** The same for blobs in the trash. */
    public List<String> trashedGroups(Digest.Algorithm algorithm) {
        return groups(layout.trashed(layout.blobs(algorithm)));
    }

    /** A page of the blobs of a group. */
    public Page.Entries<Digest> blobs(Digest.Algorithm algorithm, String group, Page page) {
        return digests(layout.blobs(algorithm).resolve(group), algorithm, page);
    }

    /** The same for those in the trash. */
    public Page.Entries<Digest> trashedBlobs(Digest.Algorithm algorithm, String group, Page page) {
        return digests(layout.trashed(layout.blobs(algorithm)).resolve(group), algorithm, page);
    }

    private List<String> groups(Path directory) {
        return storage.use(connection -> connection.list(directory)).orElse(List.of()).stream()
                .sorted()
                .toList();
    }

    private Page.Entries<Digest> digests(Path directory, Digest.Algorithm algorithm, Page page) {
        Page.Entries<String> names = storage.use(connection ->
                        connection.list(directory, page::selection, (selection, name) -> {
                            if (parse(algorithm, name).isPresent()) {
                                selection.add(name);
                            }
                        }))
                .map(Page.Selection::entries)
                .orElse(new Page.Entries<>(List.of(), false));
        return new Page.Entries<>(
                names.entries().stream()
                        .map(name -> new Digest(algorithm, name))
                        .toList(),
                names.more());
    }

    private static Optional<Digest> parse(Digest.Algorithm algorithm, String hex) {
        try {
            return Optional.of(new Digest(algorithm, hex));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** The digest that a repository's manifest is stored under; empty if its link is missing or unreadable. */
    public Optional<Digest> revision(RepositoryName name, Digest digest) {
        return link(layout.revision(name, digest));
    }

    /** Whether a manifest's link is there, readable or not; a delete leaves its directory without a link. */
    public boolean hasRevision(RepositoryName name, Digest digest) {
        return size(layout.revision(name, digest)).isPresent();
    }

    /** The digest that a repository's blob is stored under; empty if its link is missing or unreadable. */
    public Optional<Digest> layer(RepositoryName name, Digest digest) {
        return link(layout.layer(name, digest));
    }

    private Optional<Digest> link(Path link) {
        return storage.use(connection -> {
            Optional<Digest> found = links.read(connection, link);
            return found.isPresent() ? found : links.read(connection, layout.trashed(link));
        });
    }

    /** The bytes of a manifest; empty if there is no such blob, or it has more than {@code limit} bytes. */
    public Optional<byte[]> read(Digest digest, int limit) {
        Path blob = layout.blob(digest);
        return storage.use(connection -> {
                    Optional<FileContent> found = connection.readDated(blob, limit);
                    return found.isPresent() ? found : connection.readDated(layout.trashed(blob), limit);
                })
                .map(FileContent::bytes)
                .filter(content -> content.length <= limit);
    }

    /** A blob's size in bytes; empty if there is no such blob. */
    public Optional<Long> size(Digest digest) {
        return size(layout.blob(digest));
    }

    private Optional<Long> size(Path file) {
        return storage.use(connection -> {
            Optional<Long> found = connection.size(file);
            return found.isPresent() ? found : connection.size(layout.trashed(file));
        });
    }

    /**
     * The size of an item that a collection may take, in bytes.
     *
     * @param before it must be older than this
     * @param owner the user that it must belong to, because nobody else's files can be kept alive by touching them
     */
    public Optional<Long> collectable(Item item, Instant before, int owner) {
        return storage.use(connection -> connection.details(path(item)))
                .filter(found ->
                        found.owner() == owner && found.modified().toInstant().isBefore(before))
                .map(FileDetails::size);
    }

    /** Whether an item is in the tree, and may not be collected, see {@link #collectable}. */
    public boolean isInUse(Item item, Instant before, int owner) {
        return storage.use(connection -> connection.details(path(item)))
                .filter(found ->
                        found.owner() != owner || !found.modified().toInstant().isBefore(before))
                .isPresent();
    }

    /**
     * Moves an item to the trash, unless it has been touched since {@code before}.
     *
     * @return whether it is in the trash
     */
    public boolean trash(Item item, Instant before) {
        return storage.use(connection -> trash.put(connection, path(item), before));
    }

    /**
     * Moves an item that is needed back from the trash. If a client has pushed it again meanwhile, what is in the trash is
     * deleted instead, unless it was touched, or put there, since {@code before}.
     *
     * @return whether it was moved
     */
    public boolean restore(Item item, Instant before) {
        Path place = path(item);
        Path trashed = layout.trashed(place);
        return storage.use(connection -> {
            Optional<FileDetails> seen = connection.details(trashed);
            Optional<FileDetails> pushed = connection.details(place);
            if (seen.isEmpty() || pushed.isEmpty()) {
                return seen.isPresent() && trash.restore(connection, trashed, place);
            }
            if (pushed.get().size() == seen.get().size() && Trash.isOlder(seen.get(), before)) {
                connection.deleteExactly(trashed, seen.get());
                connection.removeIfEmpty(trashed.getParent());
            }
            return false;
        });
    }

    /** The size of an item in the trash that may be purged, in bytes; see {@link #purge}. */
    public Optional<Long> purgeable(Item item, Instant before) {
        return storage.use(connection -> connection.details(layout.trashed(path(item))))
                .filter(found -> Trash.isOlder(found, before))
                .map(FileDetails::size);
    }

    /**
     * Deletes an item from the trash, unless it was touched, or put there, since {@code before}.
     *
     * @return whether it was deleted
     */
    public boolean purge(Item item, Instant before) {
        return storage.use(connection -> trash.purge(connection, layout.trashed(path(item)), before));
    }

    private Path path(Item item) {
        return switch (item.kind()) {
            case BLOB -> layout.blob(item.digest());
            case LINK -> layout.layer(item.repository().orElseThrow(), item.digest());
            case MANIFEST -> layout.revision(item.repository().orElseThrow(), item.digest());
        };
    }
}
