package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;

/** The WAR that the build made, deployed into the server that the build provisioned. */
class DeploymentIT extends DeployedRegistry {
    /** end-1 */
    @Test
    void baseAnswersEmptyObject(@ArquillianResource URI base) throws Exception {
        try (RegistryClient registry = new RegistryClient(base)) {
            HttpResponse<byte[]> response = registry.get("/v2/");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).asString().isEqualTo("{}");
        }
    }
}
