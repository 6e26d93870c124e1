package org.fedoraproject.registry.edge;

/** Is told of each request to the API that a client sent, after the answer. Must be quick, and must not throw. */
public interface RequestObserver {
    /**
     * A request has ended.
     *
     * @param method as the client sent it; any text
     * @param nanos from the first check to the end of the answer's body
     */
    void ended(Endpoint endpoint, String method, int status, long nanos);
}
