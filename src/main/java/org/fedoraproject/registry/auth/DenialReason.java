package org.fedoraproject.registry.auth;

/** The reasons to refuse a request. Each is counted. */
public enum DenialReason {
    /** No credentials, where they are needed. */
    ANONYMOUS,
    /** A wrong password or unknown user. */
    PASSWORD,
    /** A token that is not accepted. */
    TOKEN,
    /** A token that does not permit this. */
    SCOPE,
    /** A certificate that cannot be read. */
    CERTIFICATE,
    /** A known caller without permission. */
    DENIED,
    /** Too many failed logins before. */
    TOO_MANY
}
