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
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.jboss.logging.Logger;

/**
 * Which blobs and manifests a repository has: small files that hold a digest. A link may point to another digest than the
 * one in its path, for content is stored under its sha256 digest and known under others too. A link that is empty or garbage
 * counts as missing, and is logged once.
 */
@Singleton
public final class LinkStore {
    private static final Logger LOG = Logger.getLogger(LinkStore.class);

    /** Longer than any digest that we take. */
    private static final int MAX_LINK = 256;

    private static final int MAX_REPORTED = 10_000;

    /** For a delete that is under way; those of a manifest with very many tags take some seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Share share;
    private final Layout layout;
    private final Set<Path> reported = ConcurrentHashMap.newKeySet();

    @Inject
    LinkStore(Share share) {
        this.share = share;
        this.layout = share.layout();
    }

    /** The digest under which the blob of this name is stored; empty where the repository has none such. */
    public Optional<Digest> layer(RepositoryName name, Digest digest) {
        return share.use(connection -> read(connection, layout.layer(name, digest)));
    }

    /** Durable on return. */
    public void putLayer(RepositoryName name, Digest digest, Digest stored) {
        put(layout.layer(name, digest), stored);
    }

    /** Whether there was one. */
    public boolean deleteLayer(RepositoryName name, Digest digest) {
        return share.use(connection -> connection.delete(layout.layer(name, digest)));
    }

    /**
     * The digest under which the manifest of this name is stored; empty where the repository has none such. Manifests that
     * docker-distribution 2.1 linked as layers are found as well.
     */
    public Optional<Digest> revision(RepositoryName name, Digest digest) {
        return share.use(connection -> {
            Optional<Digest> stored = read(connection, layout.revision(name, digest));
            return stored.isPresent() ? stored : read(connection, layout.layer(name, digest));
        });
    }

    /** Whether the repository has the manifest under this digest, and not as a layer. */
    public boolean hasRevision(RepositoryName name, Digest digest) {
        return share.use(connection -> read(connection, layout.revision(name, digest)))
                .isPresent();
    }

    /** Durable on return. */
    public void putRevision(RepositoryName name, Digest digest, Digest stored) {
        put(layout.revision(name, digest), stored);
    }

    /** Whether there was one. */
    public boolean deleteRevision(RepositoryName name, Digest digest) {
        return share.use(connection -> connection.delete(layout.revision(name, digest)));
    }

    /**
     * Under which digest content of the repository is stored that is known by this one: all is under sha256, and what has another
     * name says so in its link. Empty where a link is needed and there is none.
     */
    public Optional<Digest> stored(RepositoryName name, Digest known) {
        return known.algorithm() == Digest.Algorithm.SHA256 ? Optional.of(known) : revision(name, known);
    }

    /**
     * Says that a delete of the manifest begins, until the mark is closed.
     *
     * @param stored the digest under which it is stored
     */
    public DeleteMark markDelete(RepositoryName name, Digest stored) {
        return DeleteMark.make(share, layout.revision(name, stored).getParent());
    }

    /**
     * Whether the manifest's link is there and no delete of it is under way. If so after a push has written all names, a delete
     * that has not ended before begins later, and finds those names.
     *
     * @param stored the digest under which it is stored
     */
    public boolean isSettled(RepositoryName name, Digest stored) {
        Path link = layout.revision(name, stored);
        return share.use(connection -> {
            List<String> names = connection.list(link.getParent()).orElse(List.of());
            return names.contains(link.getFileName().toString())
                    && !DeleteMark.anyLive(connection, link.getParent(), names);
        });
    }

    /**
     * Waits until no delete of the manifest is under way.
     *
     * @throws RegistryException {@code UNAVAILABLE} where that takes too long
     */
    public void awaitDeletes(RepositoryName name, Digest stored) {
        Path revision = layout.revision(name, stored).getParent();
        long begin = System.nanoTime();
        while (share.use(connection -> DeleteMark.anyLive(
                connection, revision, connection.list(revision).orElse(List.of())))) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw RegistryException.unavailable(PATIENCE, null);
            }
            share.pause(POLL);
        }
    }

    /** Leaves a link be that is known to say the same already: pushes repeat themselves. */
    void put(Path link, Digest target) {
        byte[] content = target.toString().getBytes(StandardCharsets.US_ASCII);
        share.run(connection -> {
            if (parsed(link, connection.readWithoutRevalidation(link, MAX_LINK)).equals(Optional.of(target))) {
                connection.forceName(link);
            } else {
                connection.write(link, content);
            }
        });
    }

    /** Makes a link where there is none. Durable on return. */
    boolean putOnce(Path link, Digest target) {
        byte[] content = target.toString().getBytes(StandardCharsets.US_ASCII);
        return share.use(connection -> connection.writeOnce(link, content));
    }

    Optional<Digest> read(NfsConnection connection, Path link) throws IOException {
        return parsed(link, connection.read(link, MAX_LINK));
    }

    private Optional<Digest> parsed(Path link, Optional<byte[]> content) {
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.parse(new String(content.get(), StandardCharsets.US_ASCII)));
        } catch (RegistryException e) {
            if (reported.size() < MAX_REPORTED && reported.add(link)) {
                LOG.warnf("Broken link of %d bytes taken as missing: %s", content.get().length, link);
            }
            return Optional.empty();
        }
    }
}
