package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import java.util.HexFormat;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * The path of a request, decoded once. Refuses paths that another reader might decode differently: escapes of a dot, a
 * backslash, a control character or a byte that is not ASCII; path parameters; empty segments; and characters that RFC
 * 3986 does not allow in a path.
 *
 * @param written as the client wrote it, except that escaped slashes are unescaped, as in docker-registry
 * @param decoded the same without escapes
 */
record RequestPath(String written, String decoded) {
    private static final String ATTRIBUTE = RequestPath.class.getName();

    private static final String PUNCTUATION = "/:-._~!$&'()*+,=@";

    /**
     * Decodes a path.
     *
     * @param uri as sent, without host and query
     * @throws RegistryException {@code NAME_INVALID}
     */
    static RequestPath parse(String uri) {
        boolean hasEscapes = uri.indexOf('%') >= 0;
        String decoded = hasEscapes ? decode(uri) : uri;
        if (!hasEscapes) {
            checkPlain(uri);
        }
        if (decoded.contains("//")) {
            throw ambiguous();
        }
        return new RequestPath(hasEscapes ? uri.replace("%2F", "/").replace("%2f", "/") : uri, decoded);
    }

    /** @throws IllegalStateException if the request did not pass the {@link RequestFilter} */
    static RequestPath of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestPath path) {
            return path;
        }
        throw new IllegalStateException("the request's path was not parsed");
    }

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whether the client escaped only slashes and colons, and wrote no slash at the end. */
    boolean isPlain() {
        for (int at = written.indexOf('%'); at >= 0; at = written.indexOf('%', at + 1)) {
            if (!written.regionMatches(true, at, "%3A", 0, 3)) {
                return false;
            }
        }
        return !written.endsWith("/");
    }

    private static String decode(String uri) {
        StringBuilder decoded = new StringBuilder(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                decoded.append(unescape(uri, i));
                i += 2;
            } else {
                decoded.append(checkPlain(c));
            }
        }
        return decoded.toString();
    }

    private static char unescape(String uri, int at) {
        if (at + 2 >= uri.length()
                || !HexFormat.isHexDigit(uri.charAt(at + 1))
                || !HexFormat.isHexDigit(uri.charAt(at + 2))) {
            throw ambiguous();
        }
        char c = (char) HexFormat.fromHexDigits(uri, at + 1, at + 3);
        if (c < ' ' || c >= 0x7f || c == '.' || c == '\\') {
            throw ambiguous();
        }
        return c;
    }

    private static void checkPlain(String uri) {
        for (int i = 0; i < uri.length(); i++) {
            checkPlain(uri.charAt(i));
        }
    }

    private static char checkPlain(char c) {
        boolean isPlain =
                c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || PUNCTUATION.indexOf(c) >= 0 || c >= 'A' && c <= 'Z';
        if (!isPlain) {
            throw ambiguous();
        }
        return c;
    }

    private static RegistryException ambiguous() {
        return RegistryException.of(
                ErrorCode.NAME_INVALID, "the path has a character or an escape that none of ours has");
    }
}
