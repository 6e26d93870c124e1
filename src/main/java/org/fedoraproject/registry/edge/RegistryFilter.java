package org.fedoraproject.registry.edge;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.http.SelfRequests;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * The entry to the API. Parses each request below {@code /v2/} and {@code /api/}, authorises it, and runs the
 * {@link Check}s in the order of their {@link Check.Stage}. Then the JAX-RS resource of the {@link Endpoint} answers;
 * it finds the results in the {@link RegistryRequest}.
 */
public class RegistryFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient Authorization authorization;
    private final transient List<Check> checks;
    private final transient List<RequestObserver> observers;
    /** {@code null} if nothing is traced. */
    private final transient RequestTracer tracer;

    private final transient ErrorWriter errors;

    @Inject
    public RegistryFilter(
            Authorization authorization,
            @Any Instance<Check> checks,
            @Any Instance<RequestObserver> observers,
            @Any Instance<RequestTracer> tracers,
            ErrorWriter errors) {
        this(
                authorization,
                checks.stream().toList(),
                observers.stream().toList(),
                tracers.stream().filter(RequestTracer::isOn).findFirst(),
                errors);
    }

    /** @throws IllegalStateException if a stage has no check, or more than one */
    RegistryFilter(
            Authorization authorization,
            List<Check> checks,
            List<RequestObserver> observers,
            Optional<RequestTracer> tracer,
            ErrorWriter errors) {
        this.authorization = authorization;
        this.tracer = tracer.orElse(null);
        this.observers = observers;
        this.checks = checks.stream().sorted(Comparator.comparing(Check::stage)).toList();
        this.errors = errors;
        List<Check.Stage> stages = this.checks.stream().map(Check::stage).toList();
        if (!stages.equals(List.of(Check.Stage.values()))) {
            throw new IllegalStateException("not one check for each stage: " + stages);
        }
    }

    @Override
    protected void doFilter(HttpServletRequest http, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean isTraced = tracer != null && !SelfRequests.isCurrent();
        if (isTraced) {
            tracer.began(new TracedRequest(http, response));
        }
        long begin = System.nanoTime();
        Endpoint endpoint = Endpoint.UNKNOWN;
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR; // if this throws
        try {
            if (isUnknownToBrowsers(http)) {
                throw RegistryException.endpointUnknown();
            }
            RequestTarget target = RequestTarget.parse(RequestPath.of(http));
            endpoint = target.endpoint();
            if (isAdmitted(target, http, response)) {
                chain.doFilter(ResourceRequest.of(http, endpoint), response);
            }
            status = response.getStatus();
        } catch (RegistryException e) {
            if (response.isCommitted()) {
                throw e;
            }
            refuse(e, http, response, chain);
            status = response.getStatus();
        } finally {
            tell(endpoint, http, status, System.nanoTime() - begin);
            if (isTraced) {
                tracer.ended(endpoint, status);
            }
            RequestEnd.reached(http);
        }
    }

    /** Whether a servlet has found nothing, and wants a page that says so. */
    private static boolean isUnknownToBrowsers(HttpServletRequest http) {
        return http.getDispatcherType() == DispatcherType.FORWARD && !RequestTarget.isPage(RequestPath.of(http));
    }

    /** In the words of the specification, or for people. */
    private void refuse(
            RegistryException reason, HttpServletRequest http, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestTarget.isPage(RequestPath.of(http)) || isUnknownToBrowsers(http)) {
            PageRefusal.attach(reason, http);
            chain.doFilter(ResourceRequest.of(http, Endpoint.ERROR_PAGE), response);
        } else {
            errors.write(response, reason);
        }
    }

    /** If not, the request is answered. */
    private boolean isAdmitted(RequestTarget target, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        RegistryRequest request = authorization.authorize(target, http, response);
        request.attachTo(http);
        request.requireVisible();
        for (Check check : checks) {
            if (!check.passes(request, http, response)) {
                return false;
            }
        }
        return true;
    }

    /** The server's own requests are no client's. */
    private void tell(Endpoint endpoint, HttpServletRequest http, int status, long nanos) {
        if (!observers.isEmpty() && !SelfRequests.isCurrent()) {
            observers.forEach(observer -> observer.ended(endpoint, http.getMethod(), status, nanos));
        }
    }
}
