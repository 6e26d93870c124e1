package org.fedoraproject.registry.v2;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.edge.ResourceRequest;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.http.ClientUrl;

/** What events say of a request. */
final class RequestOrigin {
    private RequestOrigin() {}

    static Origin of(RegistryRequest request, HttpServletRequest http) {
        Optional<ClientUrl> url = ClientUrl.of(http);
        return new Origin(
                request.caller().name(),
                request.id(),
                request.client(),
                url.map(ClientUrl::host).orElse(""),
                request.method(),
                Optional.ofNullable(ResourceRequest.hidden(http, "User-Agent")).orElse(""),
                url.map(of -> of.scheme() + "://" + of.host()).orElse(""));
    }
}
