package org.fedoraproject.registry.limit;

/** The limits of requests; each has its own metric. */
public enum LimitKind {
    /** Requests of a caller within a time. */
    REQUESTS,
    /** Concurrent requests of an address. */
    AT_ONCE,
    /** Requests whose threads wait for their clients, of all callers together. */
    LONG_REQUESTS,
    /** Concurrent uploads of a caller. */
    UPLOADS,
    /** Characters of the URL. */
    URL,
    /** Characters of the headers. */
    HEADERS,
    /** Bytes of a manifest or a form. */
    BODY,
    /** Nesting depth of arrays and objects in a manifest. */
    JSON_DEPTH,
    /** Pace of a body or an answer. */
    PACE
}
