package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.edge.OpenPath;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.ErrorCode;

/**
 * Answers 404 to every path that no other servlet serves, because the container's own default servlet would distinguish
 * methods first. Browsers get a page.
 */
@WebServlet("/")
public class UnknownPathServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient PageConfig config;
    private final transient ErrorWriter errors;

    @Inject
    public UnknownPathServlet(PageConfig config, ErrorWriter errors) {
        this.config = config;
        this.errors = errors;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (config.enabled() && reads && HomeServlet.isBrowser(request) && !OpenPath.isOfPrograms(request)) {
            request.getRequestDispatcher("/r/").forward(request, response);
        } else {
            errors.write(response, HttpServletResponse.SC_NOT_FOUND, ErrorCode.UNSUPPORTED, null);
        }
    }
}
