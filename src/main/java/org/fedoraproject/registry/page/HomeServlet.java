package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;

/**
 * Answers {@code /}. Browsers get the front page, see {@link HomeResource}. All others get an empty 200, as from
 * docker-distribution; load balancers use it as a check.
 */
@WebServlet("")
public class HomeServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient PageConfig config;

    @Inject
    public HomeServlet(PageConfig config) {
        this.config = config;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (config.enabled() && isBrowser(request)) {
            request.getRequestDispatcher("/r/").forward(request, response);
        } else {
            response.setHeader("Vary", "Accept");
            response.setContentLength(0);
        }
    }

    static boolean isBrowser(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    /** Omits TRACE, which the container's own answer names. */
    @Override
    protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
    }
}
