package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.ErrorCode;

/**
 * Answers {@code /}. Browsers get a page with instructions. All others get an empty 200, as from docker-distribution;
 * load balancers use it as a check.
 */
@WebServlet("")
public class RootServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient WelcomePage page = new WelcomePage();
    private final transient ErrorWriter errors;

    @Inject
    public RootServlet(ErrorWriter errors) {
        this.errors = errors;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Vary", "Accept");
        if (!isBrowser(request)) {
            response.setContentLength(0);
            return;
        }
        Optional<ClientUrl> url = ClientUrl.of(request);
        if (url.isEmpty()) {
            errors.write(response, 400, ErrorCode.UNSUPPORTED, "the Host header names no host");
            return;
        }
        byte[] html = page.of(url.get()).getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html; charset=utf-8");
        response.setHeader("Content-Security-Policy", page.policy());
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-cache");
        response.setContentLength(html.length);
        response.getOutputStream().write(html);
    }

    private static boolean isBrowser(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    /** Omits TRACE, which the container's own answer names. */
    @Override
    protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
    }
}
