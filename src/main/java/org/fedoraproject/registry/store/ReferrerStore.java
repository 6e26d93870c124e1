package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Which manifests name another as their subject: one empty file for each, so that two instances never write the same
 * file. This is an index; the manifests themselves are authoritative.
 */
@Singleton
public final class ReferrerStore {
    private static final byte[] NOTHING = {};

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

    public void delete(RepositoryName name, Digest subject, Digest referrer) {
        storage.run(connection -> {
            connection.delete(layout.referrer(name, subject, referrer));
            connection.removeIfEmpty(layout.referrers(name, subject));
        });
    }

    /** A page of the referrers' digests, in ASCII order. */
    public Page.Entries<Digest> list(RepositoryName name, Digest subject, Page page) {
        Page byFile = new Page(page.limit(), page.last().replaceFirst(":", "-"));
        Page.Entries<String> found = storage.use(connection ->
                        connection.list(layout.referrers(name, subject), byFile::selection, (selection, file) -> {
                            if (parse(file).isPresent()) {
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

    private static Optional<Digest> parse(String fileName) {
        try {
            return Optional.of(Digest.parse(fileName.replaceFirst("-", ":")));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
