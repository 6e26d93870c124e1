package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import java.util.Optional;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;

/**
 * A request to the API, parsed and authorised.
 *
 * @param id for the logs
 * @param method the HTTP method
 * @param access the caller and its permissions
 * @param client the client's address
 */
public record RegistryRequest(String id, String method, RequestTarget target, Access access, String client) {
    private static final String ATTRIBUTE = RegistryRequest.class.getName();

    /**
     * Returns the registry request of a servlet request.
     *
     * @throws IllegalStateException if the request did not pass the {@link RegistryFilter}, so is not authorised
     */
    public static RegistryRequest of(ServletRequest request) {
        return find(request).orElseThrow(() -> new IllegalStateException("the request was not authorised"));
    }

    /** Empty if the request is not authorised, or not yet. */
    static Optional<RegistryRequest> find(ServletRequest request) {
        return Optional.ofNullable((RegistryRequest) request.getAttribute(ATTRIBUTE));
    }

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    public Endpoint endpoint() {
        return target.endpoint();
    }

    /** @throws IllegalStateException if the endpoint has no repository */
    public RepositoryName repository() {
        return target.repository().orElseThrow(() -> new IllegalStateException(endpoint() + " names no repository"));
    }

    /**
     * Refuses the page of a repository that the caller may not pull from, in the same way as one that does not exist.
     *
     * @throws RegistryException {@code NAME_UNKNOWN}
     */
    void requireVisible() {
        if (endpoint().isPage() && endpoint().isOfRepository() && !access.mayPull(repository())) {
            throw RegistryException.nameUnknown(repository());
        }
    }

    /** The tag, digest or upload id, not validated; empty if there is none. */
    public String reference() {
        return target.reference();
    }

    /** The path as the client wrote it, except that escaped slashes are unescaped. */
    public String path() {
        return target.path().written();
    }

    /** Whether the path escapes only slashes and colons, and does not end in a slash. */
    public boolean hasPlainPath() {
        return target.path().isPlain();
    }

    /** The action that the policy has allowed. */
    public Action action() {
        return target.action(method);
    }

    public Caller caller() {
        return access.caller();
    }

    /** Whether everybody may pull from the repository, so that shared caches and the CDN may keep its content. */
    public boolean isPublic() {
        return access.isPublic(repository());
    }
}
