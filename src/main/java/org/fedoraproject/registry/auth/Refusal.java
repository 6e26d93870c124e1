package org.fedoraproject.registry.auth;

/** Why a request did not get further; each has a figure of its own. */
public enum Refusal {
    /** Nothing showed who the caller is, and not everybody may. */
    ANONYMOUS,
    /** A wrong password, or no such user. */
    PASSWORD,
    /** A token that is not taken. */
    TOKEN,
    /** A token that is not good for that. */
    SCOPE,
    /** A certificate that cannot be read. */
    CERTIFICATE,
    /** A caller who is known, and may not. */
    DENIED,
    /** Too many failed logins before. */
    TOO_MANY
}
