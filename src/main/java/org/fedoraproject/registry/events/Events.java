package org.fedoraproject.registry.events;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Announces events to all subscribers, in the thread of the caller. */
@Singleton
public class Events {
    private final Iterable<Subscriber> subscribers;

    @Inject
    Events(@Any Instance<Subscriber> subscribers) {
        this((Iterable<Subscriber>) subscribers);
    }

    public Events(Iterable<Subscriber> subscribers) {
        this.subscribers = subscribers;
    }

    public void announce(BlobDeleted event) {
        subscribers.forEach(subscriber -> subscriber.blobDeleted(event));
    }
}
