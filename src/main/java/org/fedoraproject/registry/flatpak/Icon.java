package org.fedoraproject.registry.flatpak;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.oci.Digest;

/**
 * An icon of a Flatpak, which images have in labels as a {@code data:} URL. Only PNG is taken: a browser executes
 * nothing of it.
 */
record Icon(Digest digest, byte[] png) {
    /** Where icons are, under their digests. */
    static final String DIRECTORY = "/app-icons/";

    static final String SUFFIX = ".png";

    private static final Set<String> NAMES =
            Set.of("org.freedesktop.appstream.icon-64", "org.freedesktop.appstream.icon-128");
    private static final String PREFIX = "data:image/png;base64,";
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** The icon in a label or annotation; empty if there is none. */
    static Optional<Icon> find(String name, String value) {
        if (!NAMES.contains(name) || !value.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] png = Base64.getDecoder().decode(value.substring(PREFIX.length()));
            return Arrays.equals(SIGNATURE, Arrays.copyOf(png, SIGNATURE.length))
                    ? Optional.of(new Icon(Digest.of(png), png))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The path under which this registry serves it. */
    String path() {
        return DIRECTORY + digest.algorithm() + "/" + digest.hex() + SUFFIX;
    }
}
