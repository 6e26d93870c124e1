package org.fedoraproject.registry.v2;

import jakarta.servlet.ServletRequest;
import org.fedoraproject.registry.auth.Access;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.CorsFilter;

/** What {@code Cache-Control} and {@code Vary} say (RFC 9111, 5.2.2, 4.1): an answer that not everybody may see is for its client's own cache only. */
final class Caching {
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final String FOREVER_PRIVATE = "private, max-age=31536000, immutable";
    private static final String ASK_AGAIN = "no-cache";
    private static final String ASK_AGAIN_PRIVATE = "private, no-cache";

    private Caching() {}

    /** For content that never changes under its name. */
    static String forever(RegistryRequest request) {
        return request.isPublic() ? FOREVER : FOREVER_PRIVATE;
    }

    /** For what may be different the next time. */
    static String askAgain(RegistryRequest request) {
        return request.isPublic() ? ASK_AGAIN : ASK_AGAIN_PRIVATE;
    }

    /** What {@code Vary} says of an answer that depends on {@code Accept}, and it may be on where a script comes from. */
    static String varyByAccept(ServletRequest request) {
        return CorsFilter.vary(request, "Accept");
    }

    /** For the list of repositories, which depends on who asks unless everybody may see everything. */
    static String askAgain(Access access) {
        return access.isUnlimited() ? ASK_AGAIN : ASK_AGAIN_PRIVATE;
    }
}
