package org.fedoraproject.registry.api;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.index.FoundRepository;
import org.fedoraproject.registry.index.Repositories;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.policy.Access;

/** {@code /api/v1/repositories}: the repositories that the caller may pull from, by a part of their names. */
@Path("/repositories")
@Singleton
public class RepositoriesResource {
    private static final int MAX_PAGE = 1000;

    @Inject
    Repositories repositories;

    /** The answer's body. */
    public record Found(List<FoundRepository> repositories) {}

    @GET
    public Response search(
            @QueryParam("q") String q,
            @QueryParam("n") String n,
            @QueryParam("last") String last,
            @Context HttpServletRequest http) {
        Access access = RegistryRequest.of(http).access();
        Page page = Page.parse(n, last, MAX_PAGE);
        String text = q == null ? "" : q;
        Page.Entries<FoundRepository> found = repositories.search(text, page, access::mayList);
        String query = text.isEmpty() ? "?" : "?q=" + NextPage.escape(text) + "&";
        return NextPage.link(
                        Response.ok(new Found(found.entries()), MediaType.APPLICATION_JSON_TYPE)
                                .header("Cache-Control", "private, no-cache"),
                        "/api/v1/repositories" + query,
                        page,
                        found,
                        FoundRepository::name)
                .build();
    }
}
