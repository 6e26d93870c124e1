package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.HeapBudget;
import org.fedoraproject.registry.repository.Referrers;

/** {@code /v2/<name>/referrers/<digest>} (end-12a, end-12b). */
@Path("/referrers")
@Singleton
public class ReferrersResource {
    /** Descriptors on a page. An index of this size stays well below the 4 MiB that clients accept. */
    private static final int MAX_PAGE = 500;

    @Inject
    Referrers referrers;

    @Inject
    HeapBudget heapBudget;

    /** The size of an answer in bytes: the manifest size that clients accept. */
    private static final int MAX_SIZE = Manifest.MAX_SIZE;

    private static final byte[] HEAD =
            bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[");
    private static final byte[] TAIL = bytes("]}");

    @GET
    public Response list(
            @QueryParam("artifactType") String artifactType,
            @QueryParam("n") String n,
            @QueryParam("last") String last,
            @Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        Digest subject = Digest.parse(request.reference());
        Optional<String> filter = Optional.ofNullable(artifactType)
                .map(type -> type.replace(' ', '+')) // an unescaped + was decoded as a form's space
                .filter(type -> !type.isEmpty());
        Page page = Page.parse(n, last, MAX_PAGE);
        Page.Entries<Referrer> found =
                referrers.list(repository, subject, filter, page, MAX_SIZE - HEAD.length - TAIL.length);
        byte[] index = index(found.entries());
        AnswerSize.of(http, heapBudget).add(index.length);
        Response.ResponseBuilder response =
                Response.ok(index).type(MediaType.OCI_INDEX.value()).header("Cache-Control", Caching.askAgain(request));
        String path = "/v2/" + repository + "/referrers/" + subject;
        if (filter.isPresent()) {
            response.header("OCI-Filters-Applied", "artifactType");
            path += "?artifactType=" + URLEncoder.encode(filter.get(), StandardCharsets.UTF_8);
        }
        return ApiUrls.next(
                        response,
                        path,
                        page,
                        found,
                        referrer -> referrer.digest().toString())
                .build();
    }

    /** The answer's body, an OCI image index. */
    private static byte[] index(List<Referrer> referrers) {
        int descriptors = referrers.stream()
                .mapToInt(referrer -> referrer.json().length + 1)
                .sum();
        ByteBuffer index = ByteBuffer.allocate(HEAD.length + Math.max(0, descriptors - 1) + TAIL.length);
        index.put(HEAD);
        for (int i = 0; i < referrers.size(); i++) {
            if (i > 0) {
                index.put((byte) ',');
            }
            index.put(referrers.get(i).json());
        }
        return index.put(TAIL).array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
