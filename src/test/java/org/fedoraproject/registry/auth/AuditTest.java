package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditTest {
    @Test
    void entryIsOneLineWhateverClientsChose() {
        String line = new Audit.Entry()
                .with("action", "push")
                .with("user", "a b\" status=201\r\nuser=root \\\u2028\u202e")
                .with("digest", null)
                .with("reference", "")
                .with("status", "403")
                .toString();

        assertThat(line)
                .isEqualTo("action=push user=\"a b\\\" status=201??user=root \\\\\u2028?\" status=403"
                        .replace('\u2028', '?'));
    }
}
