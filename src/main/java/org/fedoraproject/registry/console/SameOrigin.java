package org.fedoraproject.registry.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;
import org.fedoraproject.registry.http.ClientUrl;

/**
 * Whether a browser says that the page of a form is of this host. Browsers send {@code Origin} with each POST, and
 * {@code Sec-Fetch-Site} over TLS (Fetch Standard; Fetch Metadata Request Headers). Scripts cannot set them.
 */
final class SameOrigin {
    private SameOrigin() {}

    /** Each of the two that is there must say so, and one must be there. */
    static boolean isClaimed(HttpServletRequest request) {
        Optional<String> site = Optional.ofNullable(request.getHeader("Sec-Fetch-Site"));
        Optional<String> origin = Optional.ofNullable(request.getHeader("Origin"));
        return (site.isPresent() || origin.isPresent())
                && site.filter(said -> !said.equals("same-origin")).isEmpty()
                && origin.filter(said -> !isOurs(said, request)).isEmpty();
    }

    private static boolean isOurs(String origin, HttpServletRequest request) {
        return ClientUrl.of(request)
                .filter(url -> origin.equals(url.scheme() + "://" + url.host().toLowerCase(Locale.ROOT)))
                .isPresent();
    }
}
