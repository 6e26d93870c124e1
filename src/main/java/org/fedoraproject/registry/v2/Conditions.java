package org.fedoraproject.registry.v2;

import org.fedoraproject.registry.oci.Digest;

/** Conditional requests on content that is named by its digest (RFC 9110, 13.1). */
final class Conditions {
    private Conditions() {}

    static String etag(Digest digest) {
        return "\"" + digest + "\"";
    }

    /** Whether an {@code If-None-Match} names the digest; unquoted ones are taken too, for clients send them. */
    static boolean matches(String ifNoneMatch, Digest digest) {
        if (ifNoneMatch == null) {
            return false;
        }
        String bare = digest.toString();
        for (String tag : ifNoneMatch.split(",")) {
            String candidate = tag.strip();
            if (candidate.startsWith("W/")) {
                candidate = candidate.substring(2);
            }
            if (candidate.equals("*") || candidate.equals(bare) || candidate.equals(etag(digest))) {
                return true;
            }
        }
        return false;
    }
}
