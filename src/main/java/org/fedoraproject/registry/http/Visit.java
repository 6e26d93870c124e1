package org.fedoraproject.registry.http;

import io.undertow.util.AttachmentKey;

/** A request that was let in, until the last byte of its answer is on its way; each exchange has its own. */
final class Visit {
    static final AttachmentKey<Visit> KEY = AttachmentKey.create(Visit.class);

    private final String client;
    private final AtOnce atOnce;
    private final LongRequests longRequests;
    private boolean hasAsked;
    private boolean isLong;
    private boolean ended;

    /** @param client whose request {@code atOnce} has counted */
    Visit(String client, AtOnce atOnce, LongRequests longRequests) {
        this.client = client;
        this.atOnce = atOnce;
        this.longRequests = longRequests;
    }

    /** Whether a thread may wait for the client: then the request is a long one from now on. The first answer holds. */
    synchronized boolean mayWait() {
        if (!hasAsked && !ended) {
            hasAsked = true;
            isLong = longRequests.enter();
        }
        return isLong;
    }

    /** Further calls do nothing. */
    synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        atOnce.leave(client);
        if (isLong) {
            longRequests.leave();
        }
    }
}
