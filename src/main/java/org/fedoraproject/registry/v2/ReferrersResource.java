package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.Referrers;

/** {@code /v2/<name>/referrers/<digest>} (end-12a, end-12b). */
@Path("/{name: .+}/referrers/{digest}")
@Singleton
public class ReferrersResource {
    /** Descriptors on a page: an index of so many stays well below the 4 MiB that clients take. */
    private static final int MAX_PAGE = 500;

    @Inject
    Referrers referrers;

    /** The answer's body, an OCI image index. */
    @JsonbPropertyOrder({"schemaVersion", "mediaType", "manifests"})
    public record Index(int schemaVersion, String mediaType, List<Referrer> manifests) {}

    /** One of its descriptors; what is absent is {@code null}, and not written. */
    @JsonbPropertyOrder({"mediaType", "digest", "size", "artifactType", "annotations"})
    public record Referrer(
            String mediaType, String digest, long size, String artifactType, Map<String, String> annotations) {}

    @GET
    public Response list(
            @PathParam("name") String name,
            @PathParam("digest") String digest,
            @QueryParam("artifactType") String artifactType,
            @QueryParam("n") String n,
            @QueryParam("last") String last,
            @Context HttpServletRequest request) {
        RepositoryName repository = RepositoryName.parse(name);
        Digest subject = Digest.parse(digest);
        Optional<MediaType> filter = Optional.ofNullable(artifactType)
                .map(type -> MediaType.parse(type.replace(' ', '+'))); // an unescaped + was read as a form's blank
        Page page = Page.parse(n, last, MAX_PAGE);
        Page.Entries<Descriptor> found = referrers.list(repository, subject, filter, page);

        Index index = new Index(
                2,
                MediaType.OCI_INDEX.value(),
                found.entries().stream().map(ReferrersResource::referrer).toList());
        Response.ResponseBuilder response = Response.ok(index)
                .type(MediaType.OCI_INDEX.value())
                .header("Cache-Control", Caching.askAgain(repository, request));
        String path = "/v2/" + repository + "/referrers/" + subject;
        if (filter.isPresent()) {
            response.header("OCI-Filters-Applied", "artifactType");
            path += "?artifactType=" + URLEncoder.encode(filter.get().value(), StandardCharsets.UTF_8);
        }
        return Links.next(
                        response,
                        path,
                        page,
                        found,
                        descriptor -> descriptor.digest().toString())
                .build();
    }

    private static Referrer referrer(Descriptor descriptor) {
        return new Referrer(
                descriptor.mediaType().value(),
                descriptor.digest().toString(),
                descriptor.size(),
                descriptor.artifactType().map(MediaType::value).orElse(null),
                descriptor.annotations().isEmpty() ? null : descriptor.annotations());
    }
}
