package org.fedoraproject.registry.v2;

import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code /v2/} (end-1): that this is a registry. Asks no storage, so that it answers whatever happens to the share. */
@Path("/")
@Singleton
public class VersionResource {

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public String get() {
        return "{}";
    }
}
