package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.jboss.logging.Logger;

/**
 * Which manifests name another as their subject: one empty file for each, so that two instances never write the same
 * file. A second empty file has the digest of the referrer's artifact type in its name, so that a list of one type needs
 * to read no others. It is never wrong, because the type follows from the referrer's own digest; but it may be missing,
 * because older versions and interrupted pushes do not write it. Alone it says nothing. This is an index; the manifests
 * themselves are authoritative.
 */
@Singleton
public final class ReferrerStore {
    private static final byte[] NOTHING = {};
    private static final char BEFORE_TYPE = '.';
    /** Behind all types. */
    private static final String NO_MORE_TYPES = BEFORE_TYPE + "~";
    /** Two types with the same digits only cost that the manifest is read. */
    private static final int TYPE_HEX = 16;

    /** Whether a referrer is of a type. */
    public enum Match {
        LIKELY,
        NO,
        UNKNOWN
    }

    /** A referrer, and what is known of its type. */
    public record Entry(Digest digest, Match match) {}

    private static final Logger LOG = Logger.getLogger(ReferrerStore.class);

    private final Storage storage;
    private final Layout layout;

    @Inject
    ReferrerStore(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    /** Durable on return. */
    public void put(RepositoryName name, Digest subject, Digest referrer) {
        storage.run(connection -> {
            connection.write(layout.referrer(name, subject, referrer), NOTHING);
        });
    }

    /** Adds the artifact type of a referrer. Not durable. Does nothing if the subject has no referrers any more. */
    public void putType(RepositoryName name, Digest subject, Digest referrer, Optional<String> artifactType) {
        Path file = layout.referrerOfType(name, subject, referrer, key(artifactType));
        storage.run(connection -> {
            try {
                connection.create(file, NOTHING);
            } catch (NoSuchFileException e) {
                LOG.debugf("Another request has deleted referrer %s", referrer);
            }
        });
    }

    /** @param artifactType the manifest's */
    public void delete(RepositoryName name, Digest subject, Digest referrer, Optional<String> artifactType) {
        storage.run(connection -> {
            connection.discard(layout.referrerOfType(name, subject, referrer, key(artifactType)));
            connection.delete(layout.referrer(name, subject, referrer));
            connection.removeIfEmpty(layout.referrers(name, subject));
        });
    }

    /** A page of the referrers' digests, in ASCII order. */
    public Page.Entries<Digest> list(RepositoryName name, Digest subject, Page page) {
        Page byFile = new Page(page.limit(), page.last().replaceFirst(":", "-"));
        Page.Entries<String> found = storage.use(connection ->
                        connection.list(layout.referrers(name, subject), byFile::selection, (selection, file) -> {
                            if (file.equals(referrer(file)) && parse(file).isPresent()) {
                                selection.add(file);
                            }
                        }))
                .map(Page.Selection::entries)
                .orElse(new Page.Entries<>(List.of(), false));
        return new Page.Entries<>(
                found.entries().stream()
                        .map(ReferrerStore::parse)
                        .flatMap(Optional::stream)
                        .toList(),
                found.more());
    }

    /** A page of the referrers, in ASCII order, with those of other types. It may be shorter than its limit. */
    public Page.Entries<Entry> list(RepositoryName name, Digest subject, String artifactType, Page page) {
        Page byFile =
                new Page(page.limit(), page.last().isEmpty() ? "" : page.last().replaceFirst(":", "-") + NO_MORE_TYPES);
        Page.Entries<String> found = storage.use(connection ->
                        connection.list(layout.referrers(name, subject), byFile::selection, (selection, file) -> {
                            if (parse(referrer(file)).isPresent()) {
                                selection.add(file);
                            }
                        }))
                .map(Page.Selection::entries)
                .orElse(new Page.Entries<>(List.of(), false));
        return new Page.Entries<>(entries(found.entries(), key(Optional.of(artifactType))), found.more());
    }

    /** @param files sorted, so that those of a referrer are beside each other, and the one without a type is first */
    private static List<Entry> entries(List<String> files, String type) {
        NavigableMap<String, Match> byReferrer = new TreeMap<>();
        for (String file : files) {
            String referrer = referrer(file);
            if (referrer.equals(file)) {
                byReferrer.put(file, Match.UNKNOWN);
            } else {
                Match match = file.endsWith(BEFORE_TYPE + type) ? Match.LIKELY : Match.NO;
                byReferrer.merge(referrer, Match.NO, (known, alone) -> match);
            }
        }
        return byReferrer.entrySet().stream()
                .flatMap(each -> parse(each.getKey()).map(digest -> new Entry(digest, each.getValue())).stream())
                .toList();
    }

    /** The file's name without a type. */
    private static String referrer(String file) {
        int dot = file.indexOf(BEFORE_TYPE);
        return dot < 0 ? file : file.substring(0, dot);
    }

    private static String key(Optional<String> artifactType) {
        String folded = artifactType.orElse("").toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Digest.of(folded.getBytes(StandardCharsets.UTF_8)).hex().substring(0, TYPE_HEX);
    }

    private static Optional<Digest> parse(String fileName) {
        try {
            return Optional.of(Digest.parse(fileName.replaceFirst("-", ":")));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
