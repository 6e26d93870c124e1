package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormTokenTest {
    @Test
    void tokenIsOfOneSecretAndDoesNotRevealIt() {
        String token = FormToken.of("secret");

        assertThat(FormToken.matches("secret", token)).isTrue();
        assertThat(FormToken.matches("other", token)).isFalse();
        assertThat(FormToken.matches("secret", "")).isFalse();
        assertThat(FormToken.matches("", FormToken.of(""))).as("no cookie").isFalse();
        assertThat(token).doesNotContain("secret");
    }
}
