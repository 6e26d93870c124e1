package org.fedoraproject.registry.oci;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A media type without parameters, such as {@code application/vnd.oci.image.manifest.v1+json} (RFC 6838, 4.2). Its case
 * is ignored.
 */
public record MediaType(String value) {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
    private static final String SCHEMA1 = "application/vnd.docker.distribution.manifest.v1";
    private static final Pattern SYNTAX = Pattern.compile(NAME + "/" + NAME);

    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");

    /** Found in old trees; the registry serves it and no longer accepts it. */
    static final MediaType DOCKER_SCHEMA1 = new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");

    public MediaType {
        if (!SYNTAX.matcher(value).matches()) {
            throw RegistryException.of(ErrorCode.MANIFEST_INVALID, "not a media type: \"" + value + "\"");
        }
    }

    /** Parses a {@code Content-Type} and drops its parameters. */
    public static MediaType parse(String text) {
        return new MediaType(withoutParameters(text));
    }

    private static String withoutParameters(String text) {
        int semicolon = text.indexOf(';');
        return (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    }

    /** Whether this is Docker's schema 1, which current clients no longer read. */
    public boolean isSchema1() {
        return value.regionMatches(true, 0, SCHEMA1, 0, SCHEMA1.length());
    }

    /**
     * Whether a manifest may have this type. All types in use are JSON below {@code application}, which no browser
     * executes.
     */
    public boolean mayBeManifest() {
        return mayBeManifest(value);
    }

    /** The same for a descriptor's text, which may have parameters or be no media type at all. */
    static boolean mayBeManifest(String text) {
        String lower = withoutParameters(text).toLowerCase(Locale.ROOT);
        return lower.equals("application/json") || lower.startsWith("application/") && lower.endsWith("+json");
    }

    /** Whether an {@code Accept} header accepts this type, by name or wildcard; a missing header accepts everything. */
    public boolean acceptedBy(Optional<String> accept) {
        if (accept.isEmpty()) {
            return true;
        }
        String type = value.substring(0, value.indexOf('/')) + "/*";
        for (String range : accept.get().split(",")) {
            String wanted = withoutParameters(range);
            if (wanted.equalsIgnoreCase(value) || wanted.equals("*/*") || wanted.equalsIgnoreCase(type)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaType type && type.value.equalsIgnoreCase(value);
    }

    @Override
    public int hashCode() {
        return value.toLowerCase(Locale.ROOT).hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
