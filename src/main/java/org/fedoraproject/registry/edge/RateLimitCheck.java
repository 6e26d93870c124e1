package org.fedoraproject.registry.edge;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.fedoraproject.registry.limit.RateLimiter;

/** Refuses requests beyond the limits of a caller. */
@Singleton
class RateLimitCheck implements Check {
    private final RateLimiter limits;

    @Inject
    RateLimitCheck(RateLimiter limits) {
        this.limits = limits;
    }

    @Override
    public Stage stage() {
        return Stage.RATE_LIMIT;
    }

    @Override
    public boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) {
        boolean isUpload = isUpload(request);
        RateLimiter.Admission admission = limits.admit(request.caller().name(), request.client(), isUpload);
        if (isUpload) {
            RequestEnd.add(http, admission::close);
        }
        return true;
    }

    /** Whether the request may carry the bytes of a blob. */
    private static boolean isUpload(RegistryRequest request) {
        return switch (request.endpoint()) {
            case UPLOADS, UPLOAD ->
                switch (request.method()) {
                    case "POST", "PATCH", "PUT" -> true;
                    default -> false;
                };
            default -> false;
        };
    }
}
