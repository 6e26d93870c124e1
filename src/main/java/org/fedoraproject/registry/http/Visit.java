package org.fedoraproject.registry.http;

import io.undertow.util.AttachmentKey;

/** An admitted request, until the last byte of its answer is sent. Each exchange has its own. */
final class Visit {
    static final AttachmentKey<Visit> KEY = AttachmentKey.create(Visit.class);

    private final String client;
    private final AtOnce atOnce;
    private final LongRequests longRequests;
    private boolean hasAsked;
    private boolean isLong;
    private boolean ended;

    /** @param client the client for which {@code atOnce} has counted the request */
    Visit(String client, AtOnce atOnce, LongRequests longRequests) {
        this.client = client;
        this.atOnce = atOnce;
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
        atOnce.leave(client);
        if (isLong) {
            longRequests.leave();
        }
    }
}
