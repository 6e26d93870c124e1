package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.Reply;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where everybody may do everything with the API, nobody may do anything in the console. */
class ConsoleWithoutPolicyIT extends DeployedRegistry {
    @ArquillianResource
    private URI registry;

    @ParameterizedTest
    @ValueSource(strings = {"/console/", "/console", "/console/sign-in", "/console/jobs", "/console/other"})
    void pageSaysWhatToSet(String path) throws Exception {
        try (Visitor visitor = new Visitor(registry.getPort())) {
            Reply reply = visitor.get(path);

            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.text()).contains("registry.auth.policy");
            assertThat(reply.all("Set-Cookie")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Command.class)
    void noFormIsTaken(Command command) throws Exception {
        try (Visitor visitor = new Visitor(registry.getPort())) {
            Map<String, String> fields = Map.of("form-token", FormToken.of("x"));

            assertThat(visitor.post(command, fields, "Origin", visitor.origin()).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void frontPageHasNoLinkToIt() throws Exception {
        try (Visitor visitor = new Visitor(registry.getPort())) {
            assertThat(visitor.get("/", "Accept", "text/html").text()).doesNotContain("/console/");
        }
    }
}
