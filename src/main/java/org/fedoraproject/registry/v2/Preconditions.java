package org.fedoraproject.registry.v2;

import java.util.List;
import org.fedoraproject.registry.oci.Digest;

/** Evaluates conditional requests for content that is named by its digest (RFC 9110, 13.1). */
final class Preconditions {
    private Preconditions() {}

    static String etag(Digest digest) {
        return "\"" + digest + "\"";
    }

    /**
     * Whether an {@code If-None-Match} names the digest. Unquoted tags match too, since clients send them.
     *
     * @param ifNoneMatch a list, possibly on several lines (RFC 9110, 5.3)
     */
    static boolean matches(List<String> ifNoneMatch, Digest digest) {
        for (String line : ifNoneMatch) {
            if (matches(line, digest)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String line, Digest digest) {
        String bare = digest.toString();
        for (String tag : line.split(",")) {
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
