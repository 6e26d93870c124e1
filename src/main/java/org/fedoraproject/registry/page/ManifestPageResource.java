package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import org.fedoraproject.registry.edge.RegistryRequest;

/** The page of a manifest: an image, an index, or another artifact. */
@Path("/manifest-page")
@Singleton
public class ManifestPageResource {
    @Inject
    Pages pages;

    @Inject
    ManifestPages builder;

    @GET
    public Response show(@Context HttpServletRequest http) {
        return pages.answer(RegistryRequest.of(http), http, request -> {
            ManifestPage page = builder.build(request);
            return Html.answer(200, out -> JtemanifestGenerated.render(out, null, page));
        });
    }
}
