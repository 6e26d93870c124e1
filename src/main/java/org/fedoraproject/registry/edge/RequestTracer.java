package org.fedoraproject.registry.edge;

/** Follows each request to the API that a client sent into what it causes. Must not throw. */
public interface RequestTracer {
    /** Asked once, at the start. */
    boolean isOn();

    /** A request begins, in this thread. */
    void began(TracedRequest request);

    /** It has ended, in the same thread. */
    void ended(Endpoint endpoint, int status);
}
