package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.RegistryEvent;
import org.fedoraproject.registry.limit.LongRequests;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.Blobs;
import org.fedoraproject.registry.store.BlobContent;

/** {@code /v2/<name>/blobs/<digest>} (end-2, end-10). */
@Path("/blob")
@Singleton
public class BlobResource {
    @Inject
    Blobs blobs;

    @Inject
    LongRequests longRequests;

    @Inject
    Events events;

    @GET
    public Response get(
            @HeaderParam("If-None-Match") List<String> ifNoneMatch,
            @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String ifRange,
            @Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        Digest parsed = Digest.parse(request.reference());
        if (Preconditions.matches(ifNoneMatch, parsed)) {
            blobs.stat(repository, parsed);
            return described(Response.notModified(), parsed, Caching.forever(request))
                    .build();
        }
        BlobContent content = blobs.get(repository, parsed);
        try {
            boolean rangeApplies =
                    range != null && (ifRange == null || ifRange.strip().equals(Preconditions.etag(parsed)));
            List<ByteRange> ranges = rangeApplies ? ByteRange.parse(range, content.size()) : List.of();
            BlobEntity entity = new BlobEntity(content, ranges);
            longRequests.send(entity.length());
            if (events.mayWant(EventAction.PULL, repository)) {
                events.tellPull(
                        RegistryEvent.blobPulled(repository, parsed, content.size(), RequestOrigin.of(request, http)));
            }
            Response.ResponseBuilder response = Response.status(ranges.isEmpty() ? 200 : 206)
                    .entity(entity)
                    .header("Content-Type", entity.contentType())
                    .header("Content-Length", entity.length());
            if (ranges.size() == 1) {
                response.header("Content-Range", "bytes " + ranges.getFirst() + "/" + content.size());
            }
            return described(response, parsed, Caching.forever(request)).build();
        } catch (RegistryException e) {
            BlobEntity.close(content);
            throw e;
        }
    }

    @HEAD
    public Response head(@HeaderParam("If-None-Match") List<String> ifNoneMatch, @Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        Digest parsed = Digest.parse(request.reference());
        long size = blobs.stat(repository, parsed);
        Response.ResponseBuilder response = Preconditions.matches(ifNoneMatch, parsed)
                ? Response.notModified()
                : Response.ok().header("Content-Type", BlobEntity.OCTETS).header("Content-Length", size);
        return described(response, parsed, Caching.forever(request)).build();
    }

    @DELETE
    public Response delete(@Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        Digest parsed = Digest.parse(request.reference());
        blobs.delete(request.repository(), parsed, RequestOrigin.of(request, http));
        return Response.accepted().header("Docker-Content-Digest", parsed).build();
    }

    private static Response.ResponseBuilder described(
            Response.ResponseBuilder response, Digest digest, String cacheControl) {
        return response.header("Docker-Content-Digest", digest)
                .header("ETag", Preconditions.etag(digest))
                .header("Cache-Control", cacheControl)
                .header("Accept-Ranges", "bytes");
    }
}
