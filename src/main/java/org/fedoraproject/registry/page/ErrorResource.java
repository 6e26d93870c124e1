package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import org.fedoraproject.registry.edge.PageRefusal;

/** Tells why there is no page. */
@Path("/error-page")
@Singleton
public class ErrorResource {
    @Inject
    Pages pages;

    @GET
    public Response show(@Context HttpServletRequest http) {
        PageRefusal refusal = PageRefusal.of(http);
        return pages.failure(refusal.reason(), refusal.caller());
    }
}
