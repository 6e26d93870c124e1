package org.fedoraproject.registry.v2;

import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.fedoraproject.registry.edge.RegistryRequest;

/** {@code /v2/} (end-1): confirms that this is a registry. It uses no storage, so it answers even without the share. */
@Path("/")
@Singleton
public class VersionResource {

    /** Ignores {@code Accept}: clients only want the status. */
    @GET
    public Response get(@Context HttpServletRequest http) {
        RegistryRequest.of(http);
        return Response.ok("{}", MediaType.APPLICATION_JSON_TYPE).build();
    }
}
