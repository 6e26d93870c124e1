package org.fedoraproject.registry.quota;

import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;

/**
 * A push that all quotas of its repository have room for, until it is closed. Notes then what was new; the rest of what
 * was reserved is free again. For one thread.
 */
public final class Admission implements AutoCloseable {
    /** For repositories without quotas. */
    static final Admission UNLIMITED = new Admission(Optional.empty(), List.of(), List.of(), "", 0);

    private final Optional<Usage> usage;
    private final List<Usage.Demand> reserved;
    private final List<Account> accounts;
    private final String blob;
    private final long size;
    private boolean hasNewBlob;
    private long newTags;

    Admission(Usage usage, List<Usage.Demand> reserved, List<Account> accounts, Digest blob, long size) {
        this(Optional.of(usage), reserved, accounts, blob.hex(), size);
    }

    private Admission(
            Optional<Usage> usage, List<Usage.Demand> reserved, List<Account> accounts, String blob, long size) {
        this.usage = usage;
        this.reserved = reserved;
        this.accounts = accounts;
        this.blob = blob;
        this.size = size;
    }

    /** @param isNew whether the repository did not have the blob, or the manifest, before */
    public void stored(boolean isNew) {
        hasNewBlob |= isNew;
    }

    /** @param isNew whether there was no such tag before */
    public void tagged(boolean isNew) {
        newTags += isNew ? 1 : 0;
    }

    @Override
    public void close() {
        usage.ifPresent(of -> of.end(reserved, () -> note(of)));
    }

    private void note(Usage of) {
        for (Account account : accounts) {
            if (account.kind() == Kind.BYTES && hasNewBlob) {
                of.addBlob(account.key(), blob, size);
            } else if (account.kind() == Kind.TAGS && newTags > 0) {
                of.add(account.key(), newTags);
            }
        }
    }
}
