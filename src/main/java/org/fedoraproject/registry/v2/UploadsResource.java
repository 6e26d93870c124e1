package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Optional;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.Uploads;

/**
 * {@code /v2/<name>/blobs/uploads/} (end-4a, end-4b, end-11): starts an upload, takes a whole blob, or mounts one. The
 * final slash is optional, since some proxies drop it.
 */
@Path("/uploads")
@Singleton
public class UploadsResource {
    @Inject
    Uploads uploads;

    @POST
    public Response post(
            @QueryParam("digest") String digest,
            @QueryParam("digest-algorithm") String algorithm,
            @QueryParam("mount") String mount,
            @QueryParam("from") String from,
            @Context HttpServletRequest http,
            InputStream body) {
        RegistryRequest request = RegistryRequest.of(http);
        RepositoryName repository = request.repository();
        if (mount != null) {
            // an unreadable source is ignored too: clients take a refusal here for one of the push
            Optional<RepositoryName> source = source(from).filter(request.access()::mayPull);
            Optional<Digest> wanted = wanted(mount);
            if (source.isPresent()
                    && wanted.isPresent()
                    && uploads.mount(repository, wanted.get(), source.get(), RequestOrigin.of(request, http))) {
                return created(repository, wanted.get());
            }
        }
        if (digest != null) {
            Digest whole = Digest.parse(digest);
            uploads.put(
                    repository, whole, Math.max(0, http.getContentLengthLong()), body, RequestOrigin.of(request, http));
            return created(repository, whole);
        }
        Digest.Algorithm named = algorithm == null ? Digest.Algorithm.SHA256 : Digest.Algorithm.parse(algorithm);
        return UploadResource.accepted(repository, uploads.start(repository, named), 0);
    }

    /** Empty for an invalid digest, which no repository has; the client gets an upload instead. */
    private static Optional<Digest> wanted(String mount) {
        try {
            return Optional.of(Digest.parse(mount));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** Empty for an invalid source, which has no blob; the client gets an upload instead. */
    private static Optional<RepositoryName> source(String from) {
        return Optional.ofNullable(from).filter(RepositoryName::isName).map(RepositoryName::parse);
    }

    static Response created(RepositoryName name, Digest digest) {
        return Response.status(Response.Status.CREATED)
                .header("Location", ApiUrls.blob(name, digest))
                .header("Docker-Content-Digest", digest)
                .build();
    }
}
