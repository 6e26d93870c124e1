package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import java.util.List;
import java.util.Optional;

/** The path of a request that everybody may make, such as for a style sheet. */
public final class OpenPath {
    private static final List<String> OF_PROGRAMS =
            List.of("/v2/", "/api/", "/index/", "/app-icons/", "/auth/", "/assets/");

    private OpenPath() {}

    /** Whether only programs have a use for what is there. */
    public static boolean isOfPrograms(ServletRequest request) {
        return OF_PROGRAMS.stream().anyMatch(prefix -> below(prefix, request).isPresent());
    }

    /** What follows the prefix; empty if the path does not begin with it. */
    public static Optional<String> below(String prefix, ServletRequest request) {
        String path = RequestPath.of(request).decoded();
        return path.startsWith(prefix) ? Optional.of(path.substring(prefix.length())) : Optional.empty();
    }
}
