package org.fedoraproject.registry.oci;

import java.util.Locale;
import java.util.Optional;

/** A media type without parameters, such as {@code application/vnd.oci.image.manifest.v1+json} (RFC 6838, 4.2). */
public record MediaType(String value) {
    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");

    /** RFC 6838 allows 127 characters on each side of the slash. */
    private static final int MAX_LENGTH = 255;

    private static final String MARKS = "!#$&-^_.+";

    public MediaType {
        if (!isMediaType(value)) {
            throw RegistryException.of(ErrorCode.MANIFEST_INVALID, "not a media type: \"" + value + "\"");
        }
    }

    /** Reads a {@code Content-Type}; parameters are dropped. */
    public static MediaType parse(String text) {
        int semicolon = text.indexOf(';');
        return new MediaType((semicolon < 0 ? text : text.substring(0, semicolon)).strip());
    }

    /** Those of Docker's first schema, whose manifests no current client reads. */
    public boolean isSchema1() {
        return value.startsWith("application/vnd.docker.distribution.manifest.v1");
    }

    /** Whether an {@code Accept} header asks for this type by name or by wildcard; an absent one asks for anything. */
    public boolean acceptedBy(Optional<String> accept) {
        if (accept.isEmpty()) {
            return true;
        }
        String type = value.substring(0, value.indexOf('/')) + "/*";
        for (String range : accept.get().split(",")) {
            int semicolon = range.indexOf(';');
            String wanted = (semicolon < 0 ? range : range.substring(0, semicolon)).strip();
            if (wanted.equalsIgnoreCase(value) || wanted.equals("*/*") || wanted.equals(type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMediaType(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || text.length() > MAX_LENGTH) {
            return false;
        }
        return text.toLowerCase(Locale.ROOT)
                        .chars()
                        .filter(c -> c != '/')
                        .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || MARKS.indexOf(c) >= 0)
                && text.indexOf('/', slash + 1) < 0;
    }

    @Override
    public String toString() {
        return value;
    }
}
