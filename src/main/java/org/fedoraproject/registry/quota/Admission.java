package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/**
 * A push that all quotas of its repository have room for, until it is closed. Notes then what was new; the rest of what
 * was reserved is free again. For one thread.
 */
public final class Admission implements AutoCloseable {
    private final Usage usage;
    private final List<Usage.Demand> reserved;
    private final List<Account> accounts;
    private final String blob;
    private final long size;
    private final List<String> newTags = new ArrayList<>();
    private boolean hasNewBlob;

    Admission(Usage usage, List<Usage.Demand> reserved, List<Account> accounts, Digest blob, long size) {
        this.usage = usage;
        this.reserved = reserved;
        this.accounts = accounts;
        this.blob = blob.hex();
        this.size = size;
    }

    /** @param isNew whether the repository did not have the blob, or the manifest, before */
    public void stored(boolean isNew) {
        hasNewBlob |= isNew;
    }

    /** @param isNew whether there was no such tag before */
    public void tagged(RepositoryName name, Tag tag, boolean isNew) {
        if (isNew) {
            newTags.add(name(name, tag));
        }
    }

    /** A tag among those of all repositories. */
    static String name(RepositoryName name, Tag tag) {
        return name + ":" + tag;
    }

    @Override
    public void close() {
        if (!accounts.isEmpty()) {
            usage.end(reserved, this::note);
        }
    }

    private void note() {
        for (Account account : accounts) {
            if (account.kind() == Kind.BYTES && hasNewBlob) {
                usage.addBlob(account.key(), blob, size);
            } else if (account.kind() == Kind.TAGS) {
                newTags.forEach(tag -> usage.addTag(account.key(), tag));
            }
        }
    }
}
