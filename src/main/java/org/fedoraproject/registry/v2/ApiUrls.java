package org.fedoraproject.registry.v2;

import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * The URLs in answers. They are always relative to the host, so that they hold behind every proxy and leak no address.
 */
final class ApiUrls {
    /** The query parameter of an upload's URL. */
    static final String OFFSET = "offset";

    private ApiUrls() {}

    static String manifest(RepositoryName name, Reference reference) {
        return "/v2/" + name + "/manifests/" + reference;
    }

    static String blob(RepositoryName name, Digest digest) {
        return "/v2/" + name + "/blobs/" + digest;
    }

    /**
     * The URL at which an upload continues. It contains the number of bytes received, so that a chunk that is sent
     * twice, without its position, is not appended twice.
     */
    static String upload(RepositoryName name, UUID id, long size) {
        return "/v2/" + name + "/blobs/uploads/" + id + "?" + OFFSET + "=" + size;
    }

    /** Adds the {@code Link} to the next page, if there is one (RFC 5988; end-8b). */
    static <T> Response.ResponseBuilder next(
            Response.ResponseBuilder response, String path, Page page, Page.Entries<T> found, Function<T, String> key) {
        return next(
                response,
                path,
                page,
                found.more() ? Optional.of(key.apply(found.entries().getLast())) : Optional.empty());
    }

    /** @param last the last name of this page, if there is a next one */
    static Response.ResponseBuilder next(
            Response.ResponseBuilder response, String path, Page page, Optional<String> last) {
        if (last.isEmpty()) {
            return response;
        }
        String after = URLEncoder.encode(last.get(), StandardCharsets.UTF_8);
        char separator = path.indexOf('?') < 0 ? '?' : '&';
        return response.header(
                "Link", "<" + path + separator + "n=" + page.limit() + "&last=" + after + ">; rel=\"next\"");
    }
}
