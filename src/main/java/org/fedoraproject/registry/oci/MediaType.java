package org.fedoraproject.registry.oci;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A media type without parameters, such as {@code application/vnd.oci.image.manifest.v1+json} (RFC 6838, 4.2). Its case does not
 * count.
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

    /** What is left in old trees; it is served, and no longer taken. */
    static final MediaType DOCKER_SCHEMA1 = new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");

    public MediaType {
        if (!SYNTAX.matcher(value).matches()) {
            throw RegistryException.of(ErrorCode.MANIFEST_INVALID, "not a media type: \"" + value + "\"");
        }
    }

    /** Reads a {@code Content-Type}; parameters are dropped. */
    public static MediaType parse(String text) {
        return new MediaType(withoutParameters(text));
    }

    private static String withoutParameters(String text) {
        int semicolon = text.indexOf(';');
        return (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    }

    /** Those of Docker's first schema, whose manifests no current client reads. */
    public boolean isSchema1() {
        return value.regionMatches(true, 0, SCHEMA1, 0, SCHEMA1.length());
    }

    /**
     * Whether a manifest may be of this type: all that are in use are JSON of {@code application}, and a browser runs nothing
     * of such.
     */
    public boolean mayBeManifest() {
        return mayBeManifest(value);
    }

    /** The same for a type as a descriptor has it: with parameters, or what is no type at all. */
    static boolean mayBeManifest(String text) {
        String lower = withoutParameters(text).toLowerCase(Locale.ROOT);
        return lower.equals("application/json") || lower.startsWith("application/") && lower.endsWith("+json");
    }

    /** Whether an {@code Accept} header asks for this type by name or by wildcard; an absent one asks for anything. */
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
