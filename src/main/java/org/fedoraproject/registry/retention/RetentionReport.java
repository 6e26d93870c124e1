package org.fedoraproject.registry.retention;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * How a run of retention went. Kept on the share, beside a log with a line for each tag.
 *
 * @param id of the run, by which its files are named; empty if it was refused
 * @param begin by the file server's clock
 * @param reason for a status other than {@code COMPLETED}, for people; empty if there is none
 */
public record RetentionReport(
        String id,
        Instant begin,
        Instant end,
        boolean dryRun,
        RetentionStatus status,
        String reason,
        RetentionFigures figures) {

    String toJson() {
        JsonObjectBuilder counts = Json.createObjectBuilder()
                .add("repositories", figures.repositories())
                .add("tags", figures.tags())
                .add("deleted", figures.deleted())
                .add("kept", figures.kept())
                .add("immutable", figures.immutable())
                .add("unknown", figures.unknown())
                .add("moved", figures.moved())
                .add("failed", figures.failed());
        return Json.createObjectBuilder()
                .add("id", id)
                .add("begin", begin.toString())
                .add("end", end.toString())
                .add("dryRun", dryRun)
                .add("status", status.toString())
                .add("reason", reason)
                .add("figures", counts)
                .build()
                .toString();
    }

    /** Empty if the text is no report, as after an accident. */
    static Optional<RetentionReport> parse(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            JsonObject report = reader.readObject();
            JsonObject counts = report.getJsonObject("figures");
            return Optional.of(new RetentionReport(
                    report.getString("id"),
                    Instant.parse(report.getString("begin")),
                    Instant.parse(report.getString("end")),
                    report.getBoolean("dryRun"),
                    RetentionStatus.valueOf(report.getString("status")),
                    report.getString("reason"),
                    new RetentionFigures(
                            count(counts, "repositories"),
                            count(counts, "tags"),
                            count(counts, "deleted"),
                            count(counts, "kept"),
                            count(counts, "immutable"),
                            count(counts, "unknown"),
                            count(counts, "moved"),
                            count(counts, "failed"))));
        } catch (JsonException
                | DateTimeException
                | ClassCastException
                | IllegalArgumentException
                | NullPointerException e) { // the last one for a missing member
            return Optional.empty();
        }
    }

    private static long count(JsonObject counts, String name) {
        return counts.getJsonNumber(name).longValue();
    }
}
