package org.fedoraproject.registry.jobs;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.store.CollectionFiles;
import org.fedoraproject.registry.store.JobFiles;
import org.fedoraproject.registry.store.RetentionStore;
import org.fedoraproject.registry.store.ScrubFiles;

/** The reports of jobs that are kept on the share, of all instances, for people. */
@Singleton
public class Reports {
    private final Map<String, JobFiles> files;

    @Inject
    public Reports(CollectionFiles collections, RetentionStore retentions, ScrubFiles scrubs) {
        this.files = Map.of("collect", collections, "retain", retentions, "scrub", scrubs);
    }

    /**
     * A report.
     *
     * @param figures by their names, in the order of the report
     * @param problems in words
     */
    public record Report(
            String id,
            Instant begin,
            Instant end,
            boolean dryRun,
            String status,
            String reason,
            Map<String, Long> figures,
            List<String> problems) {}

    /** The newest of a job, the newest first; without those that cannot be read. */
    public List<Report> list(String job, int most) {
        JobFiles of = files.get(job);
        return of.reports().stream()
                .limit(most)
                .flatMap(id -> of.report(id).flatMap(text -> parse(id, text)).stream())
                .toList();
    }

    static Optional<Report> parse(String id, String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            Map<String, Long> figures = new LinkedHashMap<>();
            json.getOrDefault("figures", json.getOrDefault("counts", JsonValue.EMPTY_JSON_OBJECT))
                    .asJsonObject()
                    .forEach((name, value) -> {
                        if (value instanceof JsonNumber number) {
                            figures.put(name, number.longValue());
                        }
                    });
            return Optional.of(new Report(
                    id,
                    Instant.parse(json.getString("begin")),
                    Instant.parse(json.getString("end")),
                    json.getBoolean("dry-run", json.getBoolean("dryRun", false)),
                    json.getString("status"),
                    json.getString("reason"),
                    figures,
                    json.getOrDefault("problems", JsonValue.EMPTY_JSON_ARRAY).asJsonArray().stream()
                            .filter(JsonString.class::isInstance)
                            .map(value -> ((JsonString) value).getString())
                            .toList()));
        } catch (JsonException | NullPointerException | ClassCastException | DateTimeException e) {
            return Optional.empty(); // of another version, or damaged
        }
    }
}
