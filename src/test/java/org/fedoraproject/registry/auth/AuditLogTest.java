package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class AuditLogTest {
    private static final String CHOSEN = "a b\" ,\"status\":201\r\nuser=root \\\u2028\u202e\u001b\u009b31m \u00e9";

    @Test
    void entryIsOneLineWhateverClientsChose() {
        String line = new AuditLog.Entry(ZonedDateTime.parse("2026-01-02T03:04:05+01:00"))
                .with("action", "push")
                .with("user", CHOSEN)
                .with("digest", null)
                .with("reference", "")
                .with("status", 403)
                .toString();

        assertThat(line)
                .isEqualTo("{\"timestamp\":\"2026-01-02T03:04:05.000+01:00\",\"logger\":\"audit\",\"action\":\"push\","
                        + "\"user\":\"a b\\\" ,\\\"status\\\":201\\r\\nuser=root \\\\\\u2028\\u202e\\u001b\\u009b31m \u00e9\","
                        + "\"status\":403}");
        try (var reader = Json.createReader(new StringReader(line))) {
            JsonObject read = reader.readObject();
            assertThat(read.getString("user")).isEqualTo(CHOSEN);
            assertThat(read.getInt("status")).isEqualTo(403);
        }
    }

    @Test
    void lastImportantLinesAreKept() {
        AuditLog log = new AuditLog();
        log.tell(false, new AuditLog.Entry().with("action", "pull"));
        log.tell(true, new AuditLog.Entry().with("action", "x".repeat(5000)));
        for (int i = 0; i < 1100; i++) {
            log.tell(true, new AuditLog.Entry().with("action", "push").with("status", i));
        }

        assertThat(log.recent()).hasSize(1000);
        assertThat(log.recent().getFirst()).contains("\"status\":1099");
        assertThat(log.recent().getLast()).contains("\"status\":100");
    }
}
