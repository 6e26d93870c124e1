package org.fedoraproject.registry.oci;

/**
 * A repository's name, the {@code <name>} of every endpoint: components of lower-case letters and digits, which may
 * have {@code .}, {@code _}, {@code __} or any number of {@code -} inside, separated by {@code /} (spec, "Pulling
 * manifests").
 */
public record RepositoryName(String value) {
    /** docker-distribution's limit; clients have the same. */
    private static final int MAX_LENGTH = 255;

    public RepositoryName {
        if (!isName(value)) {
            throw RegistryException.of(
                    ErrorCode.NAME_INVALID,
                    "a name is at most " + MAX_LENGTH
                            + " characters, components of a-z 0-9 with . _ __ or - inside, separated by /; not \""
                            + value
                            + "\"");
        }
    }

    /** @throws RegistryException {@code NAME_INVALID} */
    public static RepositoryName parse(String text) {
        return new RepositoryName(text);
    }

    /** Whether {@link #parse} accepts the text; for names found on disk. */
    public static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        int at = 0;
        while (at < text.length()) {
            if (!isAlphanumeric(text.charAt(at))) {
                return false;
            }
            while (at < text.length() && isAlphanumeric(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return true;
            }
            at += separatorLength(text, at);
        }
        return false;
    }

    /** The length of the separator at {@code at}; 0 if there is none. */
    private static int separatorLength(String text, int at) {
        char c = text.charAt(at);
        if (c == '/' || c == '.') {
            return 1;
        }
        if (c == '_') {
            return text.startsWith("__", at) ? 2 : 1;
        }
        int end = at;
        while (end < text.length() && text.charAt(end) == '-') {
            end++;
        }
        return end - at;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    @Override
    public String toString() {
        return value;
    }
}
