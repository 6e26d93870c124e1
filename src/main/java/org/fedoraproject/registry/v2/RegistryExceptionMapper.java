package org.fedoraproject.registry.v2;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.jboss.logging.Logger;

/** Renders every exception as an error of the specification, without internal details. */
@Provider
public class RegistryExceptionMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(RegistryExceptionMapper.class);

    @Context
    HttpServletRequest http;

    @Override
    public Response toResponse(Throwable thrown) {
        return switch (thrown) {
            case RegistryException e -> {
                Response.ResponseBuilder response = error(e.status(), Errors.of(e, this::mayPull));
                e.headers().forEach(response::header);
                yield response.build();
            }
            case WebApplicationException e -> {
                int status = e.getResponse().getStatus();
                Response.ResponseBuilder response = error(status, Errors.of(ErrorCode.ofStatus(status), null));
                String allow = e.getResponse().getHeaderString("Allow");
                yield (allow == null ? response : response.header("Allow", allow)).build();
            }
            default -> {
                LOG.error("Unexpected failure", thrown);
                yield error(500, Errors.of(ErrorCode.UNKNOWN, null)).build();
            }
        };
    }

    private boolean mayPull(RepositoryName name) {
        return RegistryRequest.of(http).access().mayPull(name);
    }

    private static Response.ResponseBuilder error(int status, Errors errors) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header("Cache-Control", "no-store")
                .entity(errors);
    }
}
