package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import java.util.Optional;

/** The path of a request that everybody may make, such as for a style sheet. */
public final class OpenPath {
    private OpenPath() {}

    /** What follows the prefix; empty if the path does not begin with it. */
    public static Optional<String> below(String prefix, ServletRequest request) {
        String path = RequestPath.of(request).decoded();
        return path.startsWith(prefix) ? Optional.of(path.substring(prefix.length())) : Optional.empty();
    }
}
