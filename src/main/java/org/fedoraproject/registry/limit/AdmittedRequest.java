package org.fedoraproject.registry.limit;

import io.undertow.util.AttachmentKey;

/** An admitted request, until the last byte of its answer is sent. Each exchange has its own. */
final class AdmittedRequest {
    static final AttachmentKey<AdmittedRequest> KEY = AttachmentKey.create(AdmittedRequest.class);

    private final String client;
    private final ConcurrencyLimit concurrency;
    private final LongRequests longRequests;
    private boolean hasAsked;
    private boolean isLong;
    private boolean ended;

    /** @param client the client for which {@code concurrency} has counted the request */
    AdmittedRequest(String client, ConcurrencyLimit concurrency, LongRequests longRequests) {
        this.client = client;
        this.concurrency = concurrency;
        this.longRequests = longRequests;
    }

    /** Whether a thread may wait for the client; if so, the request becomes a long one. The first result holds. */
    synchronized boolean mayWait() {
        if (!hasAsked && !ended) {
            hasAsked = true;
            isLong = longRequests.enter();
        }
        return isLong;
    }

    /** Does nothing if called again. */
    synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        concurrency.leave(client);
        if (isLong) {
            longRequests.leave();
        }
    }
}
