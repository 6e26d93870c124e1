package org.fedoraproject.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.fedoraproject.registry.policy.Access;
import org.junit.jupiter.api.Test;

class RegistryRequestTest {
    @Test
    void requestThatNobodyAuthorisedHasNone() {
        HttpServletRequest request = Requests.of("GET", "/v2/a/manifests/x");

        assertThatIllegalStateException().isThrownBy(() -> RegistryRequest.of(request));
        RegistryRequest admitted = admitted("/v2/a/manifests/x");
        admitted.attachTo(request);
        assertThat(RegistryRequest.of(request)).isSameAs(admitted);
        assertThat(RegistryRequest.of(ResourceRequest.of(request, Endpoint.MANIFEST)))
                .isSameAs(admitted);
    }

    @Test
    void repositoryIsThereWhereTheEndpointIsAboutOne() {
        assertThat(admitted("/v2/a/manifests/x").repository()).hasToString("a");
        assertThatIllegalStateException()
                .isThrownBy(() -> admitted("/v2/_catalog").repository());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new RequestTarget(Endpoint.TAGS, Optional.empty(), "", RequestPath.parse("/v2/a/tags/list")));
    }

    /** JAX-RS matches nothing but the endpoint, and knows the repository from this request alone. */
    @Test
    void resourceSeesThePathOfItsEndpoint() {
        HttpServletRequest seen = ResourceRequest.of(Requests.of("GET", "/v2/a%2Fb/manifests/x"), Endpoint.MANIFEST);

        assertThat(seen.getRequestURI()).isEqualTo("/v2/manifest");
        assertThat(ResourceRequest.of(Requests.of("GET", "/api/v1/repositories/a/tags"), Endpoint.REPOSITORY_TAGS)
                        .getRequestURI())
                .isEqualTo("/api/v1/repository-tags");
    }

    private static RegistryRequest admitted(String uri) {
        RequestTarget target = RequestTarget.parse(RequestPath.parse(uri));
        return new RegistryRequest("1", "GET", target, Access.EVERYTHING, "192.0.2.1");
    }
}
