package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.page.Sizes;

/** How busy the instances were, as charts, and as tables for those who see no charts. */
@Singleton
class LoadPage implements ConsolePage {
    private static final int BUCKET = 15;
    private static final int SECONDS = 60;

    private final History history;

    @Inject
    LoadPage(History history) {
        this.history = history;
    }

    @Override
    public Place place() {
        return Place.LOAD;
    }

    @Override
    public boolean isFor(Visit visit) {
        return visit.operates();
    }

    @Override
    public Sheet show(Visit visit) {
        Map<String, List<Load>> all = history.all();
        String instance = visit.fields().first("instance");
        List<Load> shown = all.containsKey(instance)
                ? all.get(instance)
                : all.values().stream().flatMap(List::stream).toList();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part.Text("This is the last day in steps of " + BUCKET + " minutes, of "
                + (all.containsKey(instance) ? "the instance " + instance : "all instances")
                + ". What other instances did in the last minutes is missing."));
        List<Link> links = new ArrayList<>();
        links.add(new Link(Place.LOAD.path(), "All instances", !all.containsKey(instance)));
        all.keySet()
                .forEach(name -> links.add(
                        new Link(Places.with(Place.LOAD.path(), "instance", name), name, name.equals(instance))));
        parts.add(new Part.Links(links));
        charts(buckets(shown), parts);
        return Sheet.of("Load", parts);
    }

    /** By the minute at which each begins. */
    private static Map<Long, List<Load>> buckets(List<Load> loads) {
        Map<Long, List<Load>> buckets = new TreeMap<>();
        loads.forEach(each -> buckets.computeIfAbsent(each.minute() / BUCKET * BUCKET, minute -> new ArrayList<>())
                .add(each));
        return buckets;
    }

    private static void charts(Map<Long, List<Load>> buckets, List<Part> parts) {
        parts.add(chart(
                "Pulls and pushes of manifests",
                List.of("Pulls", "Pushes"),
                buckets,
                of -> List.of(
                        number(of.stream().mapToLong(Load::pulls).sum()),
                        number(of.stream().mapToLong(Load::pushes).sum()))));
        parts.add(chart(
                "Share of the CDN in pulls of blobs (%)",
                List.of("Share"), buckets, of -> {
                    long redirected = of.stream().mapToLong(Load::redirected).sum();
                    long blobs =
                            redirected + of.stream().mapToLong(Load::served).sum();
                    double percent = blobs == 0 ? 0 : 100.0 * redirected / blobs;
                    return List.of(new Part.Value(percent, blobs == 0 ? "no pulls" : Math.round(percent) + " %"));
                }));
        parts.add(chart("Longest time of a small operation on the share (ms)", List.of("Time"), buckets, of -> {
            double millis = of.stream().mapToLong(Load::micros).max().orElse(0) / 1000.0;
            return List.of(new Part.Value(millis, "%.1f ms".formatted(millis)));
        }));
        parts.add(chart("Space in use on the share (GB)", List.of("Space"), buckets, of -> {
            long used = of.stream().mapToLong(Load::used).max().orElse(0);
            return List.of(new Part.Value(used / 1e9, Sizes.text(used)));
        }));
    }

    private static Part.Value number(long number) {
        return new Part.Value(number, Long.toString(number));
    }

    private static Part chart(
            String heading,
            List<String> names,
            Map<Long, List<Load>> buckets,
            Function<List<Load>, List<Part.Value>> values) {
        return new Part.Chart(
                heading,
                Stream.concat(Stream.of("Time"), names.stream()).toList(),
                buckets.entrySet().stream()
                        .map(each -> new Part.Point(
                                Instant.ofEpochSecond(each.getKey() * SECONDS), values.apply(each.getValue())))
                        .toList());
    }
}
