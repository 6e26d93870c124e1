package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Looks at all that the tree has, also at what the registry cannot use. Finding something here is no use of it: it does
 * not change a file's time.
 */
@Singleton
public final class TreeScan {
    private static final int MAX_LINK = 256;
    private static final String NO_FILE = "is not a regular file, and not served";

    private final Storage storage;
    private final Layout layout;
    private final Quarantine quarantine;

    /** Which links of a repository. */
    public enum Kind {
        LAYERS,
        MANIFESTS
    }

    /** What the check of a blob has found. */
    public enum State {
        SOUND,
        /** Its bytes do not have its digest, or it is no file that can be served. */
        CORRUPT,
        /** Another request has deleted it. */
        GONE,
        /** The reader was told to stop. */
        STOPPED
    }

    /**
     * A checked blob.
     *
     * @param path from the root on, for people
     * @param fault what is wrong with it; empty unless it is {@code CORRUPT}
     * @param taken its digest, if it was moved to quarantine
     */
    public record CheckedBlob(State state, String path, String fault, Optional<Digest> taken) {
        CheckedBlob(State state, String path, String fault) {
            this(state, path, fault, Optional.empty());
        }
    }

    /**
     * A link.
     *
     * @param path from the root on, for people
     * @param name the digest in the path; the tag, for the link of a tag
     * @param target the digest that it contains
     * @param fault why there is no target; empty if there is one
     */
    public record Link(String path, String name, Optional<Digest> target, String fault) {}

    @Inject
    TreeScan(Storage storage, Quarantine quarantine) {
        this.storage = storage;
        this.layout = storage.layout();
        this.quarantine = quarantine;
    }

    /** Where blobs are. */
    public enum Place {
        TREE,
        /** From where they come back if they are asked for. */
        TRASH
    }

    /** The directories with blobs, such as {@code sha256/00}, in order. */
    public List<String> shards(Place place) {
        Path blobs = blobs(place);
        return names(blobs).stream()
                .flatMap(algorithm -> names(blobs.resolve(algorithm)).stream().map(first -> algorithm + "/" + first))
                .sorted()
                .toList();
    }

    private Path blobs(Place place) {
        return place == Place.TREE ? layout.blobs() : layout.trashed(layout.blobs());
    }

    /** The names of the blobs in such a directory, in order. */
    public List<String> blobs(Place place, String shard) {
        return names(blobs(place).resolve(shard)).stream().sorted().toList();
    }

    /**
     * Reads a blob and compares its digest.
     *
     * @param quarantine whether a corrupt blob is moved to {@code .quarantine}, where it is unknown until it is pushed
     *     again
     * @param goOn called with the number of bytes after each part; false ends the reading
     */
    public CheckedBlob check(Place place, String shard, String name, boolean quarantine, IntPredicate goOn) {
        Path path = blobs(place).resolve(shard).resolve(name).resolve("data");
        if (storage.use(connection -> connection.isLink(path))) {
            return new CheckedBlob(State.CORRUPT, layout.fromRoot(path), NO_FILE);
        }
        Optional<Digest> digest = parse(shard.substring(0, shard.indexOf('/')) + ":" + name);
        if (digest.isEmpty()) {
            return new CheckedBlob(State.CORRUPT, layout.fromRoot(path), "its directory is no digest");
        }
        if (!path.equals(blob(place, digest.get()))) {
            return new CheckedBlob(State.CORRUPT, layout.fromRoot(path), "is not below " + name.substring(0, 2));
        }
        boolean[] stopped = new boolean[1];
        IntPredicate noting = count -> {
            stopped[0] = !goOn.test(count);
            return !stopped[0];
        };
        Optional<FileDigest> found =
                FileDigest.compute(storage, path, digest.get().algorithm(), noting);
        if (found.isEmpty() || found.get().digest().equals(digest.get())) {
            State state = stopped[0] ? State.STOPPED : found.isEmpty() ? State.GONE : State.SOUND;
            return new CheckedBlob(state, layout.fromRoot(path), "");
        }
        if (quarantine && !this.quarantine.take(digest.get(), path, noting)) { // or a push has replaced it
            return new CheckedBlob(stopped[0] ? State.STOPPED : State.SOUND, layout.fromRoot(path), "");
        }
        String fault = "its " + found.get().size() + " bytes have the digest "
                + found.get().digest();
        return new CheckedBlob(State.CORRUPT, layout.fromRoot(path), fault, digest.filter(known -> quarantine));
    }

    /** As what a repository has a link to this digest, in the tree; empty if it has none. */
    public Optional<Kind> kindOfLink(RepositoryName name, Digest digest) {
        return storage.use(connection -> {
            if (connection.size(layout.revision(name, digest)).isPresent()) {
                return Optional.of(Kind.MANIFESTS);
            }
            return connection.size(layout.layer(name, digest)).map(size -> Kind.LAYERS);
        });
    }

    private Path blob(Place place, Digest digest) {
        Path blob = layout.blob(digest);
        return place == Place.TREE ? blob : layout.trashed(blob);
    }

    /** What is in quarantine. */
    public List<Digest> quarantined() {
        return quarantine.digests();
    }

    /**
     * Puts a blob back from quarantine if its bytes are right and the tree has none.
     *
     * @param goOn as for {@link #check}
     */
    public void heal(Digest digest, IntPredicate goOn) {
        quarantine.heal(digest, goOn);
    }

    /** Whether the blob exists, whatever its bytes are; also in the trash, from where it comes back if it is asked for. */
    public boolean hasBlob(Digest digest) {
        Path blob = layout.blob(digest);
        return storage.use(connection -> !connection.isLink(blob)
                && (connection.size(blob).isPresent()
                        || connection.size(layout.trashed(blob)).isPresent()));
    }

    /** A manifest's bytes, but at most {@code limit} + 1 of them. */
    public Optional<byte[]> read(Digest digest, int limit) {
        Path blob = layout.blob(digest);
        return storage.use(connection -> {
            Optional<byte[]> found = connection.read(blob, limit);
            return found.isPresent() ? found : connection.read(layout.trashed(blob), limit);
        });
    }

    /** Where a blob is, from the root on. */
    public String path(Digest digest) {
        return layout.fromRoot(layout.blob(digest));
    }

    /** Where a repository is, from the root on. */
    public String path(RepositoryName name) {
        return layout.fromRoot(layout.repository(name));
    }

    /** All links of a kind, in no order; also those in the trash, from where they come back if they are asked for. */
    public void eachLink(RepositoryName name, Kind kind, Consumer<Link> action) {
        eachLinkWhile(name, kind, link -> {
            action.accept(link);
            return true;
        });
    }

    /** The same until {@code goOn} is false. Returns whether it has seen all of them. */
    public boolean eachLinkWhile(RepositoryName name, Kind kind, Predicate<Link> goOn) {
        Path directory = kind == Kind.LAYERS
                ? layout.layers(name)
                : layout.manifests(name).resolve("revisions");
        for (String algorithm : namesAlsoTrashed(directory)) {
            for (String hex : namesAlsoTrashed(directory.resolve(algorithm))) {
                Path link = directory.resolve(algorithm).resolve(hex).resolve("link");
                String digest = algorithm + ":" + hex;
                Optional<Link> found = read(link, digest).or(() -> read(layout.trashed(link), digest));
                if (found.isPresent() && !goOn.test(found.get())) {
                    return false;
                }
            }
        }
        return true;
    }

    private Collection<String> namesAlsoTrashed(Path directory) {
        Set<String> names = new LinkedHashSet<>(names(directory));
        names.addAll(names(layout.trashed(directory)));
        return names;
    }

    /** The links of all tags, in no order; without those of pushes that were cut short. */
    public void eachTag(RepositoryName name, Consumer<Link> action) {
        for (String tag : names(layout.tags(name))) {
            read(layout.current(layout.tags(name).resolve(tag)), tag).ifPresent(action);
        }
    }

    /** Whether the referrer is in the index of its subject's referrers. */
    public boolean hasReferrer(RepositoryName name, Digest subject, Digest referrer) {
        return storage.use(connection ->
                connection.size(layout.referrer(name, subject, referrer)).isPresent());
    }

    private Optional<Link> read(Path path, String name) {
        return storage.use(connection -> {
            String shown = layout.fromRoot(path);
            return connection.isLink(path)
                    ? Optional.of(new Link(shown, name, Optional.empty(), NO_FILE))
                    : content(connection, path).map(text -> link(shown, name, text));
        });
    }

    private static Optional<String> content(NfsConnection connection, Path path) throws IOException {
        return connection.read(path, MAX_LINK).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static Link link(String path, String name, String text) {
        Optional<Digest> target = parse(text);
        return new Link(path, name, target, target.isPresent() ? "" : "contains no digest but '" + text + "'");
    }

    private static Optional<Digest> parse(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private Collection<String> names(Path directory) {
        return storage.use(connection -> connection.list(directory)).orElse(List.of());
    }
}
