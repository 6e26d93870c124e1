package org.fedoraproject.registry.flatpak;

import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.oci.Digest;

/** The index as flatpak reads it, and as Fedora's indexer writes it. */
final class IndexAnswer {
    private static final JsonGeneratorFactory GENERATORS =
            JsonProvider.provider().createGeneratorFactory(Map.of());

    private final String registry;
    private final List<Listing> listings;

    /** @param registry the URL from which images are pulled */
    IndexAnswer(String registry, List<Listing> listings) {
        this.registry = registry;
        this.listings = listings;
    }

    /** The same for the same answer of every instance: all else follows from the digests. */
    String etag() {
        StringBuilder text = new StringBuilder(registry).append('\n');
        for (Listing listing : listings) {
            text.append(listing.name()).append('\n');
            listing.images().forEach(each -> text.append(each.image().digest()).append(each.tags()));
            listing.lists().forEach(each -> {
                text.append(each.digest()).append(each.tags());
                each.images().forEach(image -> text.append(image.digest()));
            });
        }
        return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }

    void write(OutputStream out) {
        try (JsonGenerator json = GENERATORS.createGenerator(out, StandardCharsets.UTF_8)) {
            json.writeStartObject().write("Registry", registry).writeStartArray("Results");
            for (Listing listing : listings) {
                json.writeStartObject().write("Name", listing.name().value()).writeStartArray("Images");
                listing.images().forEach(each -> write(json, each.tags(), each.image()));
                json.writeEnd().writeStartArray("Lists");
                listing.lists().forEach(each -> write(json, each));
                json.writeEnd().writeEnd();
            }
            json.writeEnd().writeEnd();
        }
    }

    private static void write(JsonGenerator json, Listing.TaggedList list) {
        json.writeStartObject();
        write(json, list.tags());
        json.write("Digest", list.digest().toString())
                .write("MediaType", list.mediaType())
                .writeStartArray("Images");
        list.images().forEach(image -> write(json, List.of(), image));
        json.writeEnd().writeEnd();
    }

    private static void write(JsonGenerator json, List<String> tags, Flatpak image) {
        json.writeStartObject();
        write(json, tags);
        json.write("Digest", image.digest().toString())
                .write("MediaType", image.mediaType())
                .write("OS", image.os())
                .write("Architecture", image.architecture());
        write(json, "Labels", image.labels());
        write(json, "Annotations", image.annotations());
        json.writeEnd();
    }

    private static void write(JsonGenerator json, List<String> tags) {
        json.writeStartArray("Tags");
        tags.forEach(json::write);
        json.writeEnd();
    }

    private static void write(JsonGenerator json, String name, Map<String, String> texts) {
        json.writeStartObject(name);
        texts.forEach(json::write);
        json.writeEnd();
    }
}
