package org.fedoraproject.registry.scrub;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How a scrub went, or how far it is. Kept on the share.
 *
 * @param id sorts by the time of the begin; empty if it was refused
 * @param reason for a status other than {@code COMPLETED}, for people; empty if there is none
 * @param position what it has looked at last
 * @param problems the first ones, each with its path; {@code counts} has the number of all
 */
public record ScrubReport(
        String id,
        Instant begin,
        Instant end,
        boolean dryRun,
        ScrubStatus status,
        String reason,
        String position,
        Map<Count, Long> counts,
        List<String> problems) {

    public ScrubReport {
        counts = Map.copyOf(counts);
        problems = List.copyOf(problems);
    }

    public long count(Count of) {
        return counts.getOrDefault(of, 0L);
    }

    String toJson() {
        JsonObjectBuilder numbers = Json.createObjectBuilder();
        for (Count each : Count.values()) {
            numbers.add(each.text(), count(each));
        }
        return Json.createObjectBuilder()
                .add("id", id)
                .add("begin", begin.toString())
                .add("end", end.toString())
                .add("dryRun", dryRun)
                .add("status", status.name())
                .add("reason", reason)
                .add("position", position)
                .add("counts", numbers)
                .add("problems", Json.createArrayBuilder(problems))
                .build()
                .toString();
    }

    /** @throws RuntimeException if it is none */
    static ScrubReport parse(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            Map<Count, Long> counts = new EnumMap<>(Count.class);
            for (Count each : Count.values()) {
                counts.put(
                        each,
                        json.getJsonObject("counts").getJsonNumber(each.text()).longValue());
            }
            return new ScrubReport(
                    json.getString("id"),
                    Instant.parse(json.getString("begin")),
                    Instant.parse(json.getString("end")),
                    json.getBoolean("dryRun"),
                    ScrubStatus.valueOf(json.getString("status")),
                    json.getString("reason"),
                    json.getString("position"),
                    counts,
                    json.getJsonArray("problems").getValuesAs(JsonString::getString));
        }
    }
}
