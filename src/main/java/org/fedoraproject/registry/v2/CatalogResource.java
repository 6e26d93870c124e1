package org.fedoraproject.registry.v2;

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
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.repository.Catalog;

/** {@code /v2/_catalog} (Docker Registry HTTP API V2, "Listing Repositories"). */
@Path("/catalog")
@Singleton
public class CatalogResource {
    /** Names on a page: the maximum, and the default without {@code n}. */
    private static final int MAX_PAGE = 1000;

    @Inject
    Catalog catalog;

    /** The answer's body. */
    public record Repositories(List<String> repositories) {}

    @GET
    public Response list(@QueryParam("n") String n, @QueryParam("last") String last, @Context HttpServletRequest http) {
        Page page = Page.parse(n, last, MAX_PAGE);
        Access access = RegistryRequest.of(http).access();
        Page.Entries<RepositoryName> found =
                access.isUnlimited() ? catalog.list(page) : catalog.list(page, access::mayList);
        List<String> names = found.entries().stream().map(RepositoryName::value).toList();
        return ApiUrls.next(
                        Response.ok(new Repositories(names), MediaType.APPLICATION_JSON_TYPE)
                                .header("Cache-Control", Caching.askAgain(access)),
                        "/v2/_catalog",
                        page,
                        found,
                        RepositoryName::value)
                .build();
    }
}
