package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.ErrorCode;

/** Renders the errors that the container raises outside JAX-RS; {@code web.xml} sends them here. */
@WebServlet("/_error")
public class ErrorServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ErrorWriter errors;

    @Inject
    public ErrorServlet(ErrorWriter errors) {
        this.errors = errors;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object raised = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        int status = raised instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND;
        errors.write(response, status, ErrorCode.ofStatus(status), null);
    }
}
