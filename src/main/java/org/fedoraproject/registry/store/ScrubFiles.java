package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** What scrubs keep on the share, in {@code .scrub/}: the claim of the one that runs, and small texts. */
@Singleton
public final class ScrubFiles extends JobFiles {
    private static final int MAX_REPORTS = 30;

    private final ShareClaim claim;

    @Inject
    ScrubFiles(Storage storage) {
        super(storage, storage.layout().scrub(), storage.layout().scrub(), "report-", MAX_REPORTS);
        this.claim = new ShareClaim(storage, storage.layout().scrub().resolve("claim"));
    }

    /** Claims the scrub for this instance; returns false if another one runs. Two may succeed if one stalls. */
    public boolean claim() {
        return claim.take();
    }

    /** Renews the claim; returns false if another instance has taken it over. */
    public boolean renewClaim() {
        return claim.renew();
    }

    public void releaseClaim() {
        claim.release();
    }
}
