package org.fedoraproject.registry.api;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.edge.RequestEnd;
import org.fedoraproject.registry.index.Image;
import org.fedoraproject.registry.index.Repositories;
import org.fedoraproject.registry.index.TagDetails;
import org.fedoraproject.registry.index.TagDetails.Details;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.HeapBudget;

/** {@code /api/v1/repositories/<name>/tags}: the tags of a repository with what is known of their images. */
@Path("/repository-tags")
@Singleton
public class RepositoryTagsResource {
    private static final int MAX_PAGE = 100;
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    /** Of labels in the answer: once as texts, and as JSON. */
    private static final int FACTOR = 3;

    @Inject
    Repositories repositories;

    @Inject
    TagDetails tags;

    @Inject
    HeapBudget heapBudget;

    /** The answer's body. */
    @JsonbPropertyOrder({"name", "tags"})
    public record TagPage(String name, List<Entry> tags) {}

    /** A tag; what is not known is {@code null}, and left out. */
    @JsonbPropertyOrder({
        "name",
        "digest",
        "mediaType",
        "artifactType",
        "platforms",
        "size",
        "created",
        "signed",
        "referrers",
        "labels",
        "annotations"
    })
    public record Entry(
            String name,
            String digest,
            String mediaType,
            String artifactType,
            List<String> platforms,
            Long size,
            String created,
            boolean signed,
            Map<String, Integer> referrers,
            Map<String, String> labels,
            Map<String, String> annotations) {}

    @GET
    public Response list(@QueryParam("n") String n, @QueryParam("last") String last, @Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        repositories.requireEnabled();
        RepositoryName name = request.repository();
        Page page = Page.parse(n, last, MAX_PAGE);
        HeapBudget.ResponseReservation answer = heapBudget.reserveForResponse();
        RequestEnd.add(http, answer::close);
        Page.Entries<Details> found = tags.list(name, page, MAX_BYTES, bytes -> answer.add((long) FACTOR * bytes));
        TagPage body = new TagPage(
                name.value(),
                found.entries().stream().map(RepositoryTagsResource::entry).toList());
        return NextPage.link(
                        Response.ok(body, MediaType.APPLICATION_JSON_TYPE)
                                .header("Cache-Control", request.isPublic() ? "no-cache" : "private, no-cache"),
                        "/api/v1/repositories/" + name + "/tags?",
                        page,
                        found,
                        details -> details.tag().value())
                .build();
    }

    private static Entry entry(Details of) {
        return new Entry(
                of.tag().value(),
                of.digest().toString(),
                of.image().map(image -> image.mediaType().value()).orElse(null),
                of.image().flatMap(Image::artifactType).orElse(null),
                of.platforms(),
                of.image().map(image -> of.size()).orElse(null),
                of.created().map(Instant::toString).orElse(null),
                of.signed(),
                of.referrers(),
                of.image().map(Image::labels).orElse(Map.of()),
                of.image().map(Image::annotations).orElse(Map.of()));
    }
}
