package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.fedoraproject.registry.edge.OpenPath;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.ErrorCode;

/** Serves the {@link Assets} to everybody. */
@WebServlet(Assets.PREFIX + "*")
public class AssetServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient Assets assets;
    private final transient ErrorWriter errors;

    @Inject
    public AssetServlet(Assets assets, ErrorWriter errors) {
        this.assets = assets;
        this.errors = errors;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Assets.Found> found = OpenPath.below(Assets.PREFIX, request).flatMap(assets::find);
        if (found.isEmpty()) {
            errors.write(response, HttpServletResponse.SC_NOT_FOUND, ErrorCode.UNSUPPORTED, null);
            return;
        }
        Asset asset = found.get().asset();
        boolean zips = acceptsGzip(request);
        byte[] body = zips ? asset.zipped() : asset.bytes();
        response.setContentType(asset.contentType());
        response.setHeader("Vary", "Accept-Encoding");
        response.setHeader("Cache-Control", found.get().current() ? "public, max-age=31536000, immutable" : "no-cache");
        response.setHeader("Content-Security-Policy", Html.POLICY);
        if (zips) {
            response.setHeader("Content-Encoding", "gzip");
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static boolean acceptsGzip(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Accept-Encoding"))
                .map(accept -> accept.toLowerCase(Locale.ROOT))
                .filter(accept -> accept.contains("gzip") && !accept.contains("gzip;q=0"))
                .isPresent();
    }

    /** Omits TRACE, which the container's own answer names. */
    @Override
    protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
    }
}
