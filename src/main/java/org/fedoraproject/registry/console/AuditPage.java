package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.fedoraproject.registry.auth.AuditLog;

/** The last lines of this instance's audit log. */
@Singleton
class AuditPage implements ConsolePage {
    private static final int SHOWN = 200;

    /** Fields with a column of their own, or of no use to a person. */
    private static final Set<String> APART =
            Set.of("timestamp", "logger", "user", "address", "action", "status", "refused", "id", "method");

    private final AuditLog audit;

    @Inject
    AuditPage(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    public Place place() {
        return Place.AUDIT;
    }

    @Override
    public boolean isFor(Visit visit) {
        return visit.operates();
    }

    @Override
    public Sheet show(Visit visit) {
        String text = visit.fields().first("q").toLowerCase(Locale.ROOT);
        return Sheet.of(
                "Audit",
                new Part.Text(
                        "These are the last pushes, deletes, tokens, sign-ins and refusals on the instance that has made this"
                                + " page, since its start. The log of each instance has all of them."),
                new Part.Box(
                        "",
                        "",
                        Form.asking(Place.AUDIT, "Filter")
                                .with(Field.text("q", "A user, address, repository or another word", text))),
                new Part.Table(
                        "Entries",
                        List.of("Time", "User", "Address", "Action", "What", "Result"),
                        audit.recent().stream()
                                .filter(line -> line.toLowerCase(Locale.ROOT).contains(text))
                                .limit(SHOWN)
                                .map(AuditPage::row)
                                .toList(),
                        text.isEmpty()
                                ? "There are no entries yet."
                                : "No entry has this word. Filter by another one."));
    }

    private static List<Cell> row(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            JsonObject entry = reader.readObject();
            return List.of(
                    Cell.text(entry.getString("timestamp", "")),
                    Cell.text(entry.getString("user", "")),
                    Cell.text(entry.getString("address", "")),
                    Cell.text(entry.getString("action", "")),
                    Cell.text(entry.entrySet().stream()
                            .filter(field -> !APART.contains(field.getKey()))
                            .map(AuditPage::words)
                            .collect(Collectors.joining(", "))),
                    Cell.text((entry.getInt("status", 0) + " " + entry.getString("refused", "")).strip()));
        } catch (JsonException e) {
            return List.of(Cell.text(line));
        }
    }

    private static String words(Map.Entry<String, JsonValue> field) {
        String value = field.getValue().toString();
        return field.getKey() + " " + (value.startsWith("\"") ? value.substring(1, value.length() - 1) : value);
    }
}
