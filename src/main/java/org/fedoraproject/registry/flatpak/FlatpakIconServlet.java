package org.fedoraproject.registry.flatpak;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Access;

/** {@code /app-icons/sha256/<hex>.png}: icons, which never change under their digests. */
@WebServlet("/app-icons/*")
public class FlatpakIconServlet extends FlatpakServlet {
    private static final long serialVersionUID = 1;

    private final transient Flatpaks flatpaks;

    @Inject
    public FlatpakIconServlet(Flatpaks flatpaks, ErrorWriter errors) {
        super(errors);
        this.flatpaks = flatpaks;
    }

    @Override
    void answer(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) throws IOException {
        if (request.endpoint() != Endpoint.FLATPAK_ICON) {
            throw RegistryException.endpointUnknown();
        }
        Access access = request.access();
        Digest digest = Digest.parse(request.reference());
        Icon icon = flatpaks.icon(digest, access::isPublic).orElseThrow(RegistryException::endpointUnknown);
        String etag = "\"" + digest + "\"";
        response.setHeader("ETag", etag);
        response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
        if (etag.equals(http.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType("image/png");
        response.setContentLength(icon.png().length);
        response.getOutputStream().write(icon.png());
    }
}
