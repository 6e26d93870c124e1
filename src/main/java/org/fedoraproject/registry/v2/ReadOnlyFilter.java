package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.oci.ErrorCode;

/**
 * Refuses writes while the registry is read-only, as the specification has it for operations that a registry does not offer: 405
 * and {@code UNSUPPORTED} (code-13). What began before goes on to its end.
 */
public class ReadOnlyFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final transient Switches switches;
    private final transient Jsonb jsonb = JsonbBuilder.create();

    @Inject
    public ReadOnlyFilter(Switches switches) {
        this.switches = switches;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (WRITES.contains(request.getMethod()) && switches.isOn(Switch.READ_ONLY)) {
            response.setHeader("Allow", "GET, HEAD");
            Errors.write(response, jsonb, 405, ErrorCode.UNSUPPORTED, "the registry is read-only at the moment");
        } else {
            chain.doFilter(request, response);
        }
    }
}
