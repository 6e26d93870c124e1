package org.fedoraproject.registry.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The paths of the console. */
final class Places {
    static final String ROOT = "/console/";
    static final String SIGN_IN = ROOT + "sign-in";
    /** Leads to the OpenID provider. */
    static final String SIGN_IN_AT_PROVIDER = SIGN_IN + "/provider";
    /** Where the OpenID provider sends the browser back. */
    static final String BACK_FROM_PROVIDER = SIGN_IN + "/return";

    /** Has to fit into a cookie. */
    private static final int MAX_NEXT = 1000;

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
        return wanted.length() <= MAX_NEXT && NEXT.matcher(wanted).matches() ? wanted : ROOT;
    }
}
