package org.fedoraproject.registry.jobs;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a job is, as its instance tells the others on the share.
 *
 * @param process differs for each start of each instance
 * @param instance its name
 * @param begin by the clock of that instance
 * @param words as in the exit status
 * @param told when this was written, by the clock of that instance
 */
public record Progress(String process, String instance, Instant begin, boolean dryRun, String words, Instant told) {
    /** After this, the instance is taken for dead. Clocks of hosts may differ by some of it. */
    private static final Duration EXPIRY = Duration.ofMinutes(1);

    boolean isFresh(Instant now) {
        return told.plus(EXPIRY).isAfter(now);
    }

    String toJson() {
        return Json.createObjectBuilder()
                .add("process", process)
                .add("instance", instance)
                .add("begin", begin.toString())
                .add("dryRun", dryRun)
                .add("words", words)
                .add("told", told.toString())
                .build()
                .toString();
    }

    /** Empty for what another version has written, or if it is damaged. */
    static Optional<Progress> parse(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            return Optional.of(new Progress(
                    json.getString("process"),
                    json.getString("instance"),
                    Instant.parse(json.getString("begin")),
                    json.getBoolean("dryRun"),
                    json.getString("words"),
                    Instant.parse(json.getString("told"))));
        } catch (JsonException | NullPointerException | ClassCastException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
