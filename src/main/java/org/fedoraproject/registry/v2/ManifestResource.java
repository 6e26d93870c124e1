package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.edge.ResourceRequest;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.events.RegistryEvent;
import org.fedoraproject.registry.limit.LimitKind;
import org.fedoraproject.registry.limit.Limits;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.repository.HeapBudget;
import org.fedoraproject.registry.repository.Manifests;

/** {@code /v2/<name>/manifests/<reference>} (end-3, end-7, end-9). */
@Path("/manifest")
@Singleton
public class ManifestResource {
    /** How deep arrays and objects may be nested; far below what the parser reads from disk. */
    private static final int MAX_DEPTH = 100;

    @Inject
    Manifests manifests;

    @Inject
    HeapBudget heapBudget;

    @Inject
    Limits limits;

    @Inject
    Events events;

    @GET
    public Response get(@HeaderParam("If-None-Match") List<String> ifNoneMatch, @Context HttpServletRequest http) {
        return serve(ifNoneMatch, http, true);
    }

    @HEAD
    public Response head(@HeaderParam("If-None-Match") List<String> ifNoneMatch, @Context HttpServletRequest http) {
        return serve(ifNoneMatch, http, false);
    }

    /** Accepts any number of {@code tag} parameters if the reference is a digest, and names each in {@code OCI-Tag}. */
    @PUT
    public Response put(
            @QueryParam("tag") List<String> tags,
            @HeaderParam("Content-Length") String contentLength,
            @Context HttpServletRequest http,
            InputStream body) {
        RegistryRequest request = RegistryRequest.of(http);
        Reference reference = Reference.parse(request.reference());
        List<Tag> alsoTags = tags.stream().map(Tag::parse).toList();
        Optional<MediaType> type = Optional.ofNullable(ResourceRequest.hidden(http, "Content-Type"))
                .filter(text -> !text.isBlank())
                .map(MediaType::parse);
        try (HeapBudget.Reservation held = heapBudget.reserveForPush(announced(contentLength))) {
            Manifest manifest = Manifest.parse(read(body, contentLength), type);
            return put(request, reference, alsoTags, manifest, RequestOrigin.of(request, http));
        }
    }

    private Response put(
            RegistryRequest request, Reference reference, List<Tag> alsoTags, Manifest manifest, Origin origin) {
        RepositoryName repository = request.repository();
        Access access = request.access();
        manifests.put(
                repository,
                reference,
                alsoTags,
                manifest,
                tag -> access.isImmutable(repository, tag),
                access.neededChildren(repository),
                origin);

        Digest digest = reference instanceof Digest given ? given : manifest.digest();
        Response.ResponseBuilder response = Response.status(Response.Status.CREATED)
                .header("Location", ApiUrls.manifest(repository, digest))
                .header("Docker-Content-Digest", digest);
        manifest.subject().ifPresent(subject -> response.header("OCI-Subject", subject.digest()));
        alsoTags.forEach(tag -> response.header("OCI-Tag", tag));
        return response.build();
    }

    @DELETE
    public Response delete(@Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        manifests.delete(request.repository(), Reference.parse(request.reference()), RequestOrigin.of(request, http));
        return Response.accepted().build();
    }

    private Response serve(List<String> ifNoneMatch, HttpServletRequest http, boolean withBody) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        Reference reference = asked(repository, request.reference());
        Manifests.Served served =
                manifests.get(repository, reference, Optional.ofNullable(ResourceRequest.hidden(http, "Accept")));
        AnswerSize.of(http, heapBudget).add(served.bytes().length);
        boolean known = Preconditions.matches(ifNoneMatch, served.digest());
        if (withBody && !known && events.mayWant(EventAction.PULL, repository)) {
            events.tellPull(RegistryEvent.manifestPulled(
                    repository,
                    served.digest(),
                    served.mediaType().value(),
                    served.bytes().length,
                    reference instanceof Tag tag ? Optional.of(tag) : Optional.empty(),
                    RequestOrigin.of(request, http)));
        }
        Response.ResponseBuilder response = known
                ? Response.notModified()
                : Response.ok(withBody ? served.bytes() : null)
                        .header("Content-Type", served.mediaType().value())
                        .header("Content-Length", served.bytes().length);
        return response.header("Vary", Caching.varyByAccept(http))
                .header(
                        "Cache-Control",
                        reference instanceof Digest ? Caching.forever(request) : Caching.askAgain(request))
                .header("Docker-Content-Digest", served.digest())
                .header("ETag", Preconditions.etag(served.digest()))
                .build();
    }

    /** A reference that is neither tag nor digest names no manifest; 404 is the only error of end-3 for it. */
    private static Reference asked(RepositoryName repository, String reference) {
        if (reference.indexOf(':') < 0 && !Tag.isTag(reference)) {
            throw RegistryException.of(
                    ErrorCode.MANIFEST_UNKNOWN, "no manifest \"" + reference + "\" in " + repository);
        }
        return Reference.parse(reference);
    }

    /** The length of the body; for a chunked body, the maximum. */
    private long announced(String contentLength) {
        boolean isNumber = contentLength != null
                && !contentLength.isEmpty()
                && contentLength.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            return Manifest.MAX_SIZE;
        }
        return contentLength.length() > 9 ? Long.MAX_VALUE : Long.parseLong(contentLength);
    }

    private byte[] read(InputStream body, String contentLength) {
        try {
            byte[] bytes = announced(contentLength) > Manifest.MAX_SIZE ? null : body.readNBytes(Manifest.MAX_SIZE + 1);
            if (bytes == null || bytes.length > Manifest.MAX_SIZE) {
                throw limits.bodyTooLarge("a manifest", Manifest.MAX_SIZE);
            }
            if (JsonDepth.exceeds(bytes, MAX_DEPTH)) {
                limits.refused(LimitKind.JSON_DEPTH);
                throw RegistryException.of(
                        ErrorCode.MANIFEST_INVALID, "more than " + MAX_DEPTH + " arrays and objects inside each other");
            }
            return bytes;
        } catch (IOException e) {
            throw RegistryException.bodyCut(e);
        }
    }
}
