package org.fedoraproject.registry.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The paths of the console. */
final class Places {
    static final String ROOT = "/console/";
    static final String SIGN_IN = ROOT + "sign-in";

    /** Where a person is sent after signing in: nowhere but to a page of the console. */
    private static final Pattern NEXT = Pattern.compile(ROOT + "[a-z-]*(\\?[A-Za-z0-9=&%+._~*-]*)?");

    private Places() {}

    /** A path with a query of names and values. */
    static String with(String path, String... query) {
        StringBuilder text = new StringBuilder(path);
        for (int i = 0; i < query.length; i += 2) {
            text.append(i == 0 ? '?' : '&').append(query[i]).append('=').append(escape(query[i + 1]));
        }
        return text.toString();
    }

    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The page to go to, or the first one if it is none of ours. */
    static String next(String wanted) {
        return NEXT.matcher(wanted).matches() ? wanted : ROOT;
    }
}
