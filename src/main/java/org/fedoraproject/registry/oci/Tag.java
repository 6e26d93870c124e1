package org.fedoraproject.registry.oci;

/** A tag: at most 128 characters, {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}} (spec, "Pulling manifests"). */
public record Tag(String value) implements Reference, Comparable<Tag> {
    private static final int MAX_LENGTH = 128;

    public Tag {
        if (!isTag(value)) {
            throw RegistryException.of(
                    ErrorCode.TAG_INVALID,
                    "a tag has 1 to " + MAX_LENGTH
                            + " letters, digits, _ . or -, and begins with neither . nor -; not \"" + value + "\"");
        }
    }

    /** @throws RegistryException {@code TAG_INVALID} */
    public static Tag parse(String text) {
        return new Tag(text);
    }

    /** Whether {@link #parse} accepts the text; for names found on disk. */
    public static boolean isTag(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.charAt(0) == '.' || text.charAt(0) == '-') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && c != '_' && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(Tag other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
