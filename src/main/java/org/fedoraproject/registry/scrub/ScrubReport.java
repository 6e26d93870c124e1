package org.fedoraproject.registry.scrub;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
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
 * @param problems the first ones, each with its path; {@code counts} has the number of all, repaired or not
 * @param repairs what was repaired, or could not be, and why; the first ones
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
        List<String> problems,
        List<String> repairs) {

    public ScrubReport {
        counts = Map.copyOf(counts);
        problems = List.copyOf(problems);
        repairs = List.copyOf(repairs);
    }

    public long count(Count of) {
        return counts.getOrDefault(of, 0L);
    }

    /** The number of problems that are left. */
    public long left() {
        return count(Count.PROBLEMS) - count(Count.REPAIRED);
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
                .add("repairs", Json.createArrayBuilder(repairs))
                .build()
                .toString();
    }

    /** @throws RuntimeException if it is none */
    static ScrubReport parse(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            Map<Count, Long> counts = new EnumMap<>(Count.class);
            for (Count each : Count.values()) {
                JsonNumber number = json.getJsonObject("counts").getJsonNumber(each.text());
                counts.put(each, number == null ? 0 : number.longValue()); // an older version counted less
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
                    json.getJsonArray("problems").getValuesAs(JsonString::getString),
                    json.getOrDefault("repairs", JsonValue.EMPTY_JSON_ARRAY)
                            .asJsonArray()
                            .getValuesAs(JsonString::getString));
        }
    }
}
