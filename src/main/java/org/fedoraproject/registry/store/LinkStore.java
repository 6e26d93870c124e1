package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fedoraproject.registry.nfs.FileContent;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.jboss.logging.Logger;

/**
 * Which blobs and manifests a repository has: small files that hold a digest. A link may hold another digest than the
 * one in its path, because content is stored under its sha256 digest and may be known under others too. An empty or
 * unreadable link counts as missing and is logged once.
 */
@Singleton
public final class LinkStore {
    private static final Logger LOG = Logger.getLogger(LinkStore.class);

    /** Longer than any supported digest. */
    private static final int MAX_LINK = 256;

    private static final int MAX_REPORTED = 10_000;

    /** How long to wait for a running delete; with very many tags it takes some seconds. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Storage storage;
    private final Layout layout;
    private final Leases leases;
    private final Trash trash;
    private final Set<Path> reported = ConcurrentHashMap.newKeySet();

    @Inject
    LinkStore(Storage storage, Leases leases, Trash trash) {
        this.storage = storage;
        this.layout = storage.layout();
        this.leases = leases;
        this.trash = trash;
    }

    /** The digest that the blob is stored under; empty if the repository does not have the blob. */
    public Optional<Digest> layer(RepositoryName name, Digest digest) {
        return storage.use(connection -> findLayer(connection, name, digest));
    }

    private Optional<Digest> findLayer(NfsConnection connection, RepositoryName name, Digest digest)
            throws IOException {
        Path link = layout.layer(name, digest);
        return keep(connection, link, leases.find(connection, link, () -> connection.readDated(link, MAX_LINK)));
    }

    private Optional<Digest> keep(NfsConnection connection, Path link, Optional<FileContent> found) throws IOException {
        Optional<Digest> target = parsed(link, found);
        return target.isPresent() && leases.keep(connection, link, found.get()) ? target : Optional.empty();
    }

    /**
     * Moves the links of a blob or manifest back from the trash if they are there. Finds also what another host has just put there, which the other
     * methods may miss.
     */
    public void rescue(RepositoryName name, Digest digest) {
        storage.run(connection -> {
            trash.rescue(connection, layout.revision(name, digest));
            trash.rescue(connection, layout.layer(name, digest));
        });
    }

    /** Durable on return. Returns whether the repository did not have the blob. */
    public boolean putLayer(RepositoryName name, Digest digest, Digest stored) {
        return put(layout.layer(name, digest), stored, leases::keep);
    }

    /** Returns whether there was one. */
    public boolean deleteLayer(RepositoryName name, Digest digest) {
        return delete(layout.layer(name, digest));
    }

    /**
     * Deletes a link that a collection may move to the trash, and others back, at the same time. Ends when two passes in a row
     * have found nothing: in a single one, two collections and a request that moves it back could evade each look.
     */
    private boolean delete(Path link) {
        boolean deleted = false;
        for (int unsuccessful = 0; unsuccessful < 2; unsuccessful++) {
            while (deleteOnce(link)) {
                deleted = true;
                unsuccessful = 0;
            }
        }
        storage.run(connection -> connection.removeIfEmpty(link.getParent()));
        return deleted;
    }

    /** Deletes a link in the tree, in the trash, and in the tree again, where it may have come back from the trash. */
    private boolean deleteOnce(Path link) {
        boolean deleted = storage.use(connection -> connection.delete(link));
        deleted |= storage.use(connection -> trash.drop(connection, link));
        deleted |= storage.use(connection -> connection.delete(link));
        return deleted;
    }

    /**
     * The digest that the manifest is stored under; empty if the repository does not have the manifest. Also finds
     * manifests that docker-distribution 2.1 linked as layers.
     */
    public Optional<Digest> revision(RepositoryName name, Digest digest) {
        return storage.use(connection -> {
            Path link = layout.revision(name, digest);
            Optional<FileContent> found = leases.find(connection, link, () -> connection.readDated(link, MAX_LINK));
            Optional<Digest> stored = parsed(link, found);
            if (stored.isPresent() && !leases.keepManifest(connection, link, found.get())) {
                stored = Optional.empty();
            }
            return stored.isPresent() ? stored : findLayer(connection, name, digest);
        });
    }

    /** Whether the repository has the manifest under this digest as a manifest, not as a layer. */
    public boolean hasRevision(RepositoryName name, Digest digest) {
        return storage.use(connection -> read(connection, layout.revision(name, digest)))
                .isPresent();
    }

    /** Durable on return. Returns whether the repository did not have the manifest. */
    public boolean putRevision(RepositoryName name, Digest digest, Digest stored) {
        return put(layout.revision(name, digest), stored, leases::keepManifest);
    }

    /** Returns whether there was one. */
    public boolean deleteRevision(RepositoryName name, Digest digest) {
        return delete(layout.revision(name, digest));
    }

    /**
     * The digest that content with this digest is stored under: content is stored under sha256, and other digests need
     * a link. Empty if that link is missing.
     */
    public Optional<Digest> stored(RepositoryName name, Digest known) {
        return known.algorithm() == Digest.Algorithm.SHA256 ? Optional.of(known) : revision(name, known);
    }

    /**
     * Marks the manifest as being deleted, until the mark is closed.
     *
     * @param stored the digest that it is stored under
     */
    public DeleteMark markDelete(RepositoryName name, Digest stored) {
        return DeleteMark.make(storage, layout.revision(name, stored).getParent());
    }

    /**
     * Whether the manifest's link exists and no delete of the manifest is running. If a push sees this after its last
     * write, every delete that has not ended yet begins later and finds all names of the push.
     *
     * @param stored the digest that it is stored under
     */
    public boolean isSettled(RepositoryName name, Digest stored) {
        Path link = layout.revision(name, stored);
        return storage.use(connection -> {
            List<String> names = connection.list(link.getParent()).orElse(List.of());
            return names.contains(link.getFileName().toString())
                    && !DeleteMark.anyLive(connection, link.getParent(), names);
        });
    }

    /**
     * Waits until no delete of the manifest is running.
     *
     * @throws RegistryException {@code UNAVAILABLE} if that takes too long
     */
    public void awaitDeletes(RepositoryName name, Digest stored) {
        Path revision = layout.revision(name, stored).getParent();
        long begin = System.nanoTime();
        while (storage.use(connection -> DeleteMark.anyLive(
                connection, revision, connection.list(revision).orElse(List.of())))) {
            if (System.nanoTime() - begin > MAX_WAIT.toNanos()) {
                throw RegistryException.unavailable(MAX_WAIT, null);
            }
            storage.pause(POLL);
        }
    }

    /**
     * Writes a link, unless it has this content already, which is common because pushes are repeated. Returns whether
     * there was none.
     */
    boolean put(Path link, Digest target) {
        return put(link, target, (connection, file, found) -> true);
    }

    /** Makes sure that a collection does not take a link that stays as it is; returns false if it is gone. */
    private interface Keep {
        boolean keeps(NfsConnection connection, Path link, FileContent found) throws IOException;
    }

    private boolean put(Path link, Digest target, Keep keep) {
        byte[] content = target.toString().getBytes(StandardCharsets.US_ASCII);
        return storage.use(connection -> {
            Optional<FileContent> found = connection.readWithoutRevalidation(link, MAX_LINK);
            Optional<Digest> before = parsed(link, found);
            boolean same = before.equals(Optional.of(target));
            if (same && keep.keeps(connection, link, found.get())) {
                connection.forceName(link);
                return false;
            }
            connection.write(link, content);
            return same || before.isEmpty();
        });
    }

    /** Creates a link if there is none. Durable on return. */
    boolean putOnce(Path link, Digest target) {
        byte[] content = target.toString().getBytes(StandardCharsets.US_ASCII);
        return storage.use(connection -> connection.writeOnce(link, content));
    }

    Optional<Digest> read(NfsConnection connection, Path link) throws IOException {
        return parsed(link, connection.readDated(link, MAX_LINK));
    }

    private Optional<Digest> parsed(Path link, Optional<FileContent> found) {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        byte[] content = found.get().bytes();
        try {
            return Optional.of(Digest.parse(new String(content, StandardCharsets.US_ASCII)));
        } catch (RegistryException e) {
            if (reported.size() < MAX_REPORTED && reported.add(link)) {
                LOG.warnf("Ignoring a broken link of %d bytes: %s", content.length, link);
            }
            return Optional.empty();
        }
    }
}
