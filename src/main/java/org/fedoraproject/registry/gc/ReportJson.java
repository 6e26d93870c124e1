package org.fedoraproject.registry.gc;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The form of a report on the share. */
final class ReportJson {
    private ReportJson() {}

    static String write(CollectionReport report, Counters counters) {
        return Json.createObjectBuilder()
                .add("id", report.id())
                .add("begin", report.begin().toString())
                .add("end", report.end().toString())
                .add("dry-run", report.dryRun())
                .add("status", report.status().name())
                .add("reason", report.reason())
                .add("figures", counters.json())
                .build()
                .toString();
    }

    /** Empty for what another version has written. */
    static Optional<CollectionReport> parse(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            return Optional.of(new CollectionReport(
                    json.getString("id"),
                    Instant.parse(json.getString("begin")),
                    Instant.parse(json.getString("end")),
                    json.getBoolean("dry-run"),
                    CollectionStatus.valueOf(json.getString("status")),
                    json.getString("reason"),
                    Counters.of(json.getJsonObject("figures")).figures()));
        } catch (JsonException
                | NullPointerException
                | ClassCastException
                | IllegalArgumentException
                | DateTimeException e) {
            return Optional.empty();
        }
    }
}
