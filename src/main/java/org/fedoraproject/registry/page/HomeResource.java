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

/** The front page: what this registry is, its repositories, and how to use it. */
@Path("/home-page")
@Singleton
public class HomeResource {
    @Inject
    Pages pages;

    @Inject
    RepositoryLists lists;

    @GET
    public Response show(@QueryParam("q") String q, @QueryParam("last") String last, @Context HttpServletRequest http) {
        return pages.answer(RegistryRequest.of(http), http, request -> {
            Commands commands = request.commands();
            RepositoryList list = lists.list(request.registry().access(), q, last);
            HomePage page = new HomePage(request.layout(""), commands, list);
            return Html.answer(200, out -> JtehomeGenerated.render(out, null, page));
        });
    }
}
