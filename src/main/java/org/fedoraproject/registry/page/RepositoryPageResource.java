package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import org.fedoraproject.registry.edge.RegistryRequest;

/** The page of a repository: its tags, and what the latest image says about itself. */
@Path("/repository-page")
@Singleton
public class RepositoryPageResource {
    @Inject
    Pages pages;

    @Inject
    RepositoryPages builder;

    @GET
    public Response show(
            @QueryParam("sort") String sort, @QueryParam("last") String last, @Context HttpServletRequest http) {
        return pages.answer(RegistryRequest.of(http), http, request -> {
            RepositoryPage page = builder.build(request, sort, last);
            return Html.answer(200, out -> JterepositoryGenerated.render(out, null, page));
        });
    }
}
