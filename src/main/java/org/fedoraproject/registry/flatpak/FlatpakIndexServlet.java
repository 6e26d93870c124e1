package org.fedoraproject.registry.flatpak;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.http.CorsFilter;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Access;

/**
 * {@code /index/static}, which caches may keep, has what everybody may pull. {@code /index/dynamic} has what the caller
 * may pull, and is never out of date.
 */
@WebServlet("/index/*")
public class FlatpakIndexServlet extends FlatpakServlet {
    private static final long serialVersionUID = 1;

    private static final String GZIP = "gzip";

    private final transient Flatpaks flatpaks;
    private final transient FlatpakConfig config;

    @Inject
    public FlatpakIndexServlet(Flatpaks flatpaks, FlatpakConfig config, ErrorWriter errors) {
        super(errors);
        this.flatpaks = flatpaks;
        this.config = config;
    }

    @Override
    void answer(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) throws IOException {
        Access access = request.access();
        boolean isStatic = isStatic(request);
        IndexAnswer answer = new IndexAnswer(
                registry(http),
                flatpaks.find(
                        new Query(http.getQueryString()),
                        name -> isStatic ? access.isPublic(name) : access.mayPull(name)));
        boolean zips = acceptsGzip(http);
        String etag = "\"" + answer.etag() + (zips ? "-gzip" : "") + "\"";
        response.setHeader("ETag", etag);
        response.setHeader("Vary", CorsFilter.vary(http, "Accept-Encoding"));
        response.setHeader(
                "Cache-Control", isStatic ? "public, max-age=" + config.maxAge().toSeconds() : "private, no-cache");
        if (etag.equals(http.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType("application/json");
        if (zips) {
            response.setHeader("Content-Encoding", GZIP);
        }
        try (OutputStream out = zips ? new GZIPOutputStream(response.getOutputStream()) : response.getOutputStream()) {
            answer.write(out);
        }
    }

    private static boolean isStatic(RegistryRequest request) {
        return switch (request.endpoint()) {
            case FLATPAK_STATIC -> true;
            case FLATPAK_DYNAMIC -> false;
            default -> throw RegistryException.endpointUnknown();
        };
    }

    private String registry(HttpServletRequest http) {
        return config.registry()
                .map(url -> url.toString())
                .or(() -> ClientUrl.of(http).map(url -> url.scheme() + "://" + url.host() + "/"))
                .orElseThrow(() -> RegistryException.queryInvalid("the Host header names no host"));
    }

    private static boolean acceptsGzip(HttpServletRequest http) {
        return Optional.ofNullable(http.getHeader("Accept-Encoding"))
                .map(accept -> accept.toLowerCase(Locale.ROOT))
                .filter(accept -> accept.contains(GZIP) && !accept.contains("gzip;q=0"))
                .isPresent();
    }
}
