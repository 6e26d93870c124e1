package org.fedoraproject.registry.cdn;

/** Why a GET of a blob is answered here, although there is a CDN. */
public enum DirectReason {
    /** An operator has switched redirects off. */
    SWITCHED_OFF,
    /** The probe says that the CDN is down. */
    CDN_DOWN,
    /** The CDN itself asks, because it does not have the blob yet. */
    CDN,
    /** The client, or the host name that it asked for, is never redirected. */
    CLIENT,
    /** The CDN may not have the blob, because not everybody may pull it. */
    PRIVATE,
    /** The path has other escapes than the CDN's cache would know. */
    PATH
}
