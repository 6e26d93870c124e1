package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import org.fedoraproject.registry.auth.Access;
import org.fedoraproject.registry.auth.Action;
import org.fedoraproject.registry.auth.Caller;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * A request below {@code /v2/} that was parsed and authorised.
 *
 * @param id for the logs
 * @param method of HTTP
 * @param access who sent it, and what they may do
 * @param client the client's address
 */
public record RegistryRequest(String id, String method, RequestTarget target, Access access, String client) {
    private static final String ATTRIBUTE = RegistryRequest.class.getName();

    /**
     * That of a servlet request.
     *
     * @throws IllegalStateException where the request did not pass the {@link RegistryFilter}: nobody has authorised it
     */
    public static RegistryRequest of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RegistryRequest admitted) {
            return admitted;
        }
        throw new IllegalStateException("the request was not authorised");
    }

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    public Endpoint endpoint() {
        return target.endpoint();
    }

    /** @throws IllegalStateException where the endpoint is not about a repository */
    public RepositoryName repository() {
        return target.repository().orElseThrow(() -> new IllegalStateException(endpoint() + " names no repository"));
    }

    /** The tag, digest or upload's id, not yet checked; empty where there is none. */
    public String reference() {
        return target.reference();
    }

    /** The path as the client wrote it, but for escaped slashes. */
    public String path() {
        return target.path().written();
    }

    /** Whether only slashes and colons are escaped in the path, and no slash is at its end. */
    public boolean hasPlainPath() {
        return target.path().isPlain();
    }

    /** What the policy has allowed. */
    public Action action() {
        return target.action(method);
    }

    public Caller caller() {
        return access.caller();
    }

    /** Whether everybody may pull from the repository, so that caches and the CDN may have what it contains. */
    public boolean isPublic() {
        return access.isPublic(repository());
    }
}
