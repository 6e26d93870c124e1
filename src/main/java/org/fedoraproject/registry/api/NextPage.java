package org.fedoraproject.registry.api;

import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.fedoraproject.registry.oci.Page;

/** The {@code Link} to the next page, as the lists of the specification have it (end-8b). */
final class NextPage {
    private NextPage() {}

    /**
     * Adds it, if there is a next page.
     *
     * @param target path and query; a parameter can follow
     */
    static <T> Response.ResponseBuilder link(
            Response.ResponseBuilder response,
            String target,
            Page page,
            Page.Entries<T> found,
            Function<T, String> key) {
        if (!found.more()) {
            return response;
        }
        String last = escape(key.apply(found.entries().getLast()));
        return response.header("Link", "<" + target + "n=" + page.limit() + "&last=" + last + ">; rel=\"next\"");
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
