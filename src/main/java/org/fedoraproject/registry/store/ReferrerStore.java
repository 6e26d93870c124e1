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
 * Which manifests name another as their subject: an empty file for each, so that two instances never write the same one. The
 * manifests themselves are the truth; this is an index to them.
 */
@Singleton
public final class ReferrerStore {
    private static final byte[] NOTHING = {};

    private final Share share;
    private final Layout layout;

    @Inject
    ReferrerStore(Share share) {
        this.share = share;
        this.layout = share.layout();
    }

    /** Durable on return. */
    public void put(RepositoryName name, Digest subject, Digest referrer) {
        share.run(connection -> {
            connection.write(layout.referrer(name, subject, referrer), NOTHING);
        });
    }

    public void delete(RepositoryName name, Digest subject, Digest referrer) {
        share.use(connection -> connection.delete(layout.referrer(name, subject, referrer)));
    }

    /** A page of the referrers by digest, in ASCII order of the digests. */
    public Page.Entries<Digest> list(RepositoryName name, Digest subject, Page page) {
        Page byFile = new Page(page.limit(), page.last().replaceFirst(":", "-"));
        Page.Entries<String> found = share.use(connection ->
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
