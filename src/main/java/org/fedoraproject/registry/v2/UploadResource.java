package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.Uploads;

/** {@code /v2/<name>/blobs/uploads/<id>} (end-5, end-6, end-13, and the cancel request of the spec's main branch). */
@Path("/upload")
@Singleton
public class UploadResource {
    @Inject
    Uploads uploads;

    @GET
    public Response status(@Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        UUID session = parse(request.reference());
        return state(204, repository, session, uploads.status(repository, session));
    }

    @PATCH
    public Response append(
            @QueryParam(ApiUrls.OFFSET) String offset,
            @HeaderParam("Content-Range") String contentRange,
            @Context HttpServletRequest http,
            InputStream body) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        UUID session = parse(request.reference());
        return located(
                repository,
                session,
                () -> accepted(
                        repository,
                        session,
                        uploads.append(repository, session, range(contentRange), begin(offset), body)));
    }

    @PUT
    public Response complete(
            @QueryParam("digest") String digest,
            @QueryParam(ApiUrls.OFFSET) String offset,
            @HeaderParam("Content-Range") String contentRange,
            @HeaderParam("Content-Length") String contentLength,
            @Context HttpServletRequest http,
            InputStream body) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        UUID session = parse(request.reference());
        if (digest == null) {
            throw RegistryException.of(ErrorCode.DIGEST_INVALID, "the digest parameter is missing");
        }
        Digest named = Digest.parse(digest);
        return located(repository, session, () -> {
            // without bytes, their position does not matter; many clients keep the first Location
            PushbackInputStream bytes = new PushbackInputStream(body);
            OptionalLong begin = isEmpty(contentLength, bytes) ? OptionalLong.empty() : begin(offset);
            uploads.complete(
                    repository, session, named, range(contentRange), begin, bytes, RequestOrigin.of(request, http));
            return UploadsResource.created(repository, named);
        });
    }

    @DELETE
    public Response cancel(@Context HttpServletRequest http) {
        RegistryRequest request = RegistryRequest.of(http);
        uploads.cancel(request.repository(), parse(request.reference()));
        return Response.noContent().build();
    }

    static Response accepted(RepositoryName name, UUID id, long size) {
        return state(202, name, id, size);
    }

    private static Response state(int status, RepositoryName name, UUID id, long size) {
        return Response.status(status)
                .header("Location", ApiUrls.upload(name, id, size))
                .header("Range", received(size))
                .header("Docker-Upload-UUID", id)
                .build();
    }

    /** Tells a client where to continue if its chunk was refused. */
    private Response located(RepositoryName name, UUID id, Supplier<Response> request) {
        try {
            return request.get();
        } catch (RegistryException e) {
            if (e.code() == ErrorCode.RANGE_INVALID) {
                long size = uploads.status(name, id);
                e.withHeader("Location", ApiUrls.upload(name, id, size)).withHeader("Range", received(size));
            }
            throw e;
        }
    }

    /** The received range in the form that clients expect. It is the same for no bytes and for a single byte. */
    private static String received(long size) {
        return "0-" + Math.max(0, size - 1);
    }

    private static Optional<ByteRange> range(String contentRange) {
        return Optional.ofNullable(contentRange).map(ByteRange::parseContentRange);
    }

    /** Without a length, only a look at the body tells. */
    private static boolean isEmpty(String contentLength, PushbackInputStream body) {
        if (contentLength != null) {
            return contentLength.equals("0");
        }
        try {
            int first = body.read();
            if (first >= 0) {
                body.unread(first);
            }
            return first < 0;
        } catch (IOException e) {
            throw RegistryException.bodyCut(e);
        }
    }

    /** The offset in the Location to which the client sends its bytes; empty if the client left it out. */
    private static OptionalLong begin(String offset) {
        if (offset == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(offset));
        } catch (NumberFormatException e) {
            throw RegistryException.of(ErrorCode.RANGE_INVALID, "not an offset: \"" + offset + "\"");
        }
    }

    /** An id that is not in our form is an unknown upload. */
    private static UUID parse(String id) {
        try {
            UUID parsed = UUID.fromString(id);
            if (parsed.toString().equals(id)) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // not a UUID
        }
        throw RegistryException.uploadUnknown(id);
    }
}
