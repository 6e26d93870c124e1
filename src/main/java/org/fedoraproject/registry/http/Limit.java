package org.fedoraproject.registry.http;

/** What a request can have too much of; each has a figure of its own. */
public enum Limit {
    /** Requests of a caller in a time. */
    REQUESTS,
    /** Requests of an address at once. */
    AT_ONCE,
    /** Requests whose threads wait for their clients, of all callers. */
    LONG_REQUESTS,
    /** Uploads of a caller at once. */
    UPLOADS,
    /** Characters of the URL. */
    URL,
    /** Characters of the headers. */
    HEADERS,
    /** Bytes of a manifest or a form. */
    BODY,
    /** Arrays and objects of a manifest inside each other. */
    JSON_DEPTH,
    /** Time that a body or an answer takes. */
    PACE
}
