package org.fedoraproject.registry.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.fedoraproject.registry.policy.Caller;

/**
 * Says who has signed in to the pages for people, such as by a cookie. Every bean of this type is asked, for pages only;
 * the API does not know sessions. If none knows the caller, the {@code Authorization} header or the certificate says
 * who it is.
 */
public interface SessionCaller {
    /** Empty if the request has no valid session. */
    Optional<Caller> caller(HttpServletRequest request);
}
