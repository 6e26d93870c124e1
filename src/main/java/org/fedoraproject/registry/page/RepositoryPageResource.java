package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.RegistryException;

/** The page of a repository. */
@Path("/repository-page")
@Singleton
public class RepositoryPageResource {
    @Inject
    Pages pages;

    @GET
    public Response show(@Context HttpServletRequest http) {
        return pages.answer(RegistryRequest.of(http), http, request -> {
            throw RegistryException.nameUnknown(request.registry().repository());
        });
    }
}
