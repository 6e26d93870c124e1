package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/** Writes errors of the specification outside JAX-RS, in filters and servlets. */
@Singleton
public class ErrorWriter {
    private final Json json;

    @Inject
    public ErrorWriter(Json json) {
        this.json = json;
    }

    public void write(HttpServletResponse response, RegistryException refusal) throws IOException {
        refusal.headers().forEach(response::setHeader);
        write(response, refusal.status(), Errors.of(refusal));
    }

    /** @param detail {@code null} if there is none */
    public void write(HttpServletResponse response, int status, ErrorCode code, String detail) throws IOException {
        write(response, status, Errors.of(code, detail));
    }

    private void write(HttpServletResponse response, int status, Errors errors) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(json.write(errors));
    }
}
