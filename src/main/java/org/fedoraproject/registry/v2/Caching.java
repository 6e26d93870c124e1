package org.fedoraproject.registry.v2;

import jakarta.servlet.ServletRequest;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.CorsFilter;
import org.fedoraproject.registry.policy.Access;

/**
 * The values of {@code Cache-Control} and {@code Vary} (RFC 9111, 5.2.2, 4.1). An answer that not everybody may see is
 * for the client's own cache only.
 */
final class Caching {
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final String FOREVER_PRIVATE = "private, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "no-cache";
    private static final String ASK_AGAIN_PRIVATE = "private, no-cache";

    private Caching() {}

    /** For content that never changes under its URL. */
    static String forever(RegistryRequest request) {
        return request.isPublic() ? FOREVER : FOREVER_PRIVATE;
    }

    /** For content that may change. */
    static String askAgain(RegistryRequest request) {
        return request.isPublic() ? ASK_AGAIN : ASK_AGAIN_PRIVATE;
    }

    /** The value of {@code Vary} for an answer that depends on {@code Accept}, and perhaps on {@code Origin}. */
    static String varyByAccept(ServletRequest request) {
        return CorsFilter.vary(request, "Accept");
    }

    /** For the list of repositories, which depends on the caller unless everybody may see everything. */
    static String askAgain(Access access) {
        return access.isUnlimited() ? ASK_AGAIN : ASK_AGAIN_PRIVATE;
    }
}
