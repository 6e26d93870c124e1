package org.fedoraproject.registry.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image's config for people (OCI Image Specification, "Image Configuration").
 *
 * @param platform such as {@code linux/amd64}; may be empty
 * @param settings what a container starts with, by its name
 */
public record ImageDocument(
        String platform,
        Optional<Instant> created,
        String author,
        Map<String, String> labels,
        List<Setting> settings,
        List<HistoryEntry> history) {
    /** Of one kind, such as environment variables. */
    public record Setting(String name, Shown<String> values) {}

    private static final int MOST_VALUES = 100;

    public ImageDocument {
        settings = List.copyOf(settings);
        history = List.copyOf(history);
    }

    static ImageDocument of(Members config) {
        Members start = config.object("config");
        return new ImageDocument(
                Stream.of("os", "architecture", "variant")
                        .map(config::text)
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("/")),
                config.time("created"),
                config.text("author"),
                start.map("Labels"),
                settings(start),
                history(config.objects("history")));
    }

    private static List<Setting> settings(Members start) {
        List<Setting> found = new ArrayList<>();
        add(found, "Entrypoint", start.texts("Entrypoint"));
        add(found, "Command", start.texts("Cmd"));
        add(found, "Environment", start.texts("Env"));
        add(found, "User", List.of(start.text("User")));
        add(found, "Working directory", List.of(start.text("WorkingDir")));
        add(found, "Ports", start.object("ExposedPorts").names());
        add(found, "Volumes", start.object("Volumes").names());
        add(found, "Stop signal", List.of(start.text("StopSignal")));
        return found;
    }

    private static void add(List<Setting> found, String name, List<String> values) {
        List<String> given = values.stream().filter(value -> !value.isEmpty()).toList();
        if (!given.isEmpty()) {
            found.add(new Setting(name, Shown.first(MOST_VALUES, given)));
        }
    }

    private static List<HistoryEntry> history(List<Members> entries) {
        List<HistoryEntry> found = new ArrayList<>();
        int layer = 0;
        for (Members entry : entries) {
            boolean isEmpty = entry.isTrue("empty_layer");
            layer += isEmpty ? 0 : 1;
            found.add(new HistoryEntry(
                    entry.time("created"),
                    entry.text("created_by"),
                    entry.text("author"),
                    entry.text("comment"),
                    isEmpty ? 0 : layer));
        }
        return found;
    }
}
