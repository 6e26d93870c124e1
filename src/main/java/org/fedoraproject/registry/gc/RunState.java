package org.fedoraproject.registry.gc;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a collection is, as it is kept on the share.
 *
 * @param begin by the server's clock
 * @param saved by the clock of the host
 * @param after the last repository, or group of blobs, that is done in this phase; empty if none is
 * @param live what is saved of the live set
 * @param actions the number of bytes of the list of actions that are saved
 * @param leftOut the number of lines that this list has no room for
 */
record RunState(
        String id,
        Instant begin,
        Instant saved,
        Duration grace,
        boolean dryRun,
        CollectionProgress.Phase phase,
        String after,
        LiveSet.Saved live,
        long actions,
        long leftOut,
        Counters counters) {

    String toJson() {
        return Json.createObjectBuilder()
                .add("id", id)
                .add("begin", begin.toString())
                .add("saved", saved.toString())
                .add("grace", grace.toString())
                .add("dry-run", dryRun)
                .add("phase", phase.name())
                .add("after", after)
                .add("live", live.length())
                .add("live-crc32c", live.sum())
                .add("actions", actions)
                .add("left-out", leftOut)
                .add("figures", counters.json())
                .build()
                .toString();
    }

    /** Empty for what another version has written. */
    static Optional<RunState> parse(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            return Optional.of(new RunState(
                    json.getString("id"),
                    Instant.parse(json.getString("begin")),
                    Instant.parse(json.getString("saved")),
                    Duration.parse(json.getString("grace")),
                    json.getBoolean("dry-run"),
                    CollectionProgress.Phase.valueOf(json.getString("phase")),
                    json.getString("after"),
                    new LiveSet.Saved(
                            json.getJsonNumber("live").longValue(),
                            json.getJsonNumber("live-crc32c").longValue()),
                    json.getJsonNumber("actions").longValue(),
                    json.getJsonNumber("left-out").longValue(),
                    Counters.of(json.getJsonObject("figures"))));
        } catch (JsonException
                | NullPointerException
                | ClassCastException
                | IllegalArgumentException
                | DateTimeException e) {
            return Optional.empty();
        }
    }
}
