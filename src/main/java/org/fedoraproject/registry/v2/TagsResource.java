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
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.HeapBudget;
import org.fedoraproject.registry.repository.Tags;

/** {@code /v2/<name>/tags/list} (end-8a, end-8b). */
@Path("/tags")
@Singleton
public class TagsResource {
    private static final int MAX_PAGE = 100_000;

    @Inject
    Tags tags;

    @Inject
    HeapBudget heapBudget;

    /**
     * Without {@code n}, the answer has all tags, as scripts written for docker-distribution expect, up to
     * {@value #MAX_PAGE}.
     */
    @GET
    public Response list(@QueryParam("n") String n, @QueryParam("last") String last, @Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        Page page = Page.parse(n, last, MAX_PAGE);
        TagList body = new TagList(repository, tags.list(repository, page, AnswerSize.of(http, heapBudget)));
        return ApiUrls.next(
                        Response.ok(body, MediaType.APPLICATION_JSON_TYPE)
                                .header("Content-Length", body.length())
                                .header("Cache-Control", Caching.askAgain(request)),
                        "/v2/" + repository + "/tags/list",
                        page,
                        body.next())
                .build();
    }
}
