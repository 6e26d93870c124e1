package org.fedoraproject.registry.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.Optional;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.http.AnswerHeaders;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.limit.FormFields;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.Policy;

/**
 * A request for a page, or with a form.
 *
 * @param policy as it is for the whole request
 * @param caller anonymous on the page to sign in
 * @param fields of the form, or of the query
 * @param secret what the browser alone has, for the tokens of forms
 */
record Visit(
        HttpServletRequest http,
        HttpServletResponse response,
        Policy policy,
        Caller caller,
        FormFields fields,
        String secret,
        Instant now) {

    Access access() {
        return Access.of(policy, caller);
    }

    /** Whether the caller may run the registry. */
    boolean operates() {
        return access().may(Action.OPERATE);
    }

    /** @throws RegistryException {@code DENIED} */
    void requireOperator() {
        if (!operates()) {
            throw RegistryException.of(ErrorCode.DENIED, "the policy does not allow you to run the registry");
        }
    }

    /**
     * The repository of the field {@code name}, if the caller may do this with it. Whether it exists does not matter.
     *
     * @throws RegistryException {@code NAME_INVALID}, {@code DENIED}
     */
    RepositoryName repository(Action action) {
        RepositoryName name = RepositoryName.parse(fields.first("name"));
        if (!access().may(name, action)) {
            throw RegistryException.of(
                    ErrorCode.DENIED, "the policy does not allow you to " + action + " in this repository");
        }
        return name;
    }

    String requestId() {
        return response.getHeader(AnswerHeaders.REQUEST_ID);
    }

    /** What events say of the request. */
    Origin origin() {
        Optional<ClientUrl> url = ClientUrl.of(http);
        return new Origin(
                caller.name(),
                requestId(),
                http.getRemoteAddr(),
                url.map(ClientUrl::host).orElse(""),
                http.getMethod(),
                Optional.ofNullable(http.getHeader("User-Agent")).orElse(""),
                url.map(of -> of.scheme() + "://" + of.host()).orElse(""));
    }
}
