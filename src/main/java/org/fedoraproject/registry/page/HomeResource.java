package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import org.fedoraproject.registry.edge.RegistryRequest;

/** The front page. */
@Path("/home-page")
@Singleton
public class HomeResource {
    @Inject
    Pages pages;

    @GET
    public Response show(@Context HttpServletRequest http) {
        return pages.answer(RegistryRequest.of(http), http, request -> {
            HomePage page = new HomePage(request.layout(""), request.commands());
            return Html.answer(200, out -> JtehomeGenerated.render(out, null, page));
        });
    }
}
