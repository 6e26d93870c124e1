package org.fedoraproject.registry.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The paths of pages. Names, tags and digests have no character that a path would have to escape. */
final class Hrefs {
    private static final int SHORT_HEX = 12;

    private Hrefs() {}

    static String repository(String name) {
        return "/r/" + name;
    }

    static String tag(String name, String tag) {
        return "/r/" + name + ":" + tag;
    }

    static String digest(String name, String digest) {
        return "/r/" + name + "@" + digest;
    }

    /** The page of the list after an entry; {@code base} has the other parameters. */
    static String after(String base, String last) {
        return base + (base.contains("?") ? "&" : "?") + "last=" + escape(last);
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Enough of a digest for people to compare. */
    static String shortened(String digest) {
        int end = digest.indexOf(':') + 1 + SHORT_HEX;
        return end < digest.length() ? digest.substring(0, end) : digest;
    }
}
