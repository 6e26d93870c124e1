package org.fedoraproject.registry.flatpak;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.fedoraproject.registry.index.Indexed;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fields of the index, one by one, as Fedora's indexer (owtaylor/flatpak-indexer) fills them for the same images. What is
 * other here is said beside it.
 */
class FlatpakFieldsTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 4, 5, 6};
    private static final String DATA =
            "data:image/png;base64," + Base64.getEncoder().encodeToString(PNG);
    private static final String REF = "app/org.gnome.Aisleriot/x86_64/stable";
    private static final String METADATA = "[Application]\nname=org.gnome.Aisleriot\n\u00fc";

    /** As the build service of Fedora sets them. */
    private static final Map<String, String> LABELS = new TreeMap<>(Map.of(
            "org.flatpak.ref", REF,
            "org.flatpak.metadata", METADATA,
            "org.flatpak.installed-size", "10240",
            "org.freedesktop.appstream.appdata", "<component type=\"desktop\"/>",
            "org.freedesktop.appstream.icon-64", DATA,
            "org.freedesktop.appstream.icon-128", "https://www.example.com/icons/aisleriot.png",
            "com.redhat.component", "aisleriot"));

    @TempDir
    Path root;

    private Indexed index;
    private Flatpaks flatpaks;

    @BeforeEach
    void start() {
        Indexed stores = new Indexed(root);
        flatpaks = new Flatpaks(true, stores.stores().tags(), stores.images(), Long.MAX_VALUE);
        index = new Indexed(root, flatpaks);
    }

    private Manifest push(String name, String tag, String architecture) {
        return index.push(name, tag, config(architecture));
    }

    private static String config(String architecture) {
        return Json.createObjectBuilder()
                .add("os", "linux")
                .add("architecture", architecture)
                .add("config", Json.createObjectBuilder().add("Labels", Json.createObjectBuilder(Map.copyOf(LABELS))))
                .build()
                .toString();
    }

    private JsonObject answer() {
        index.walk();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new IndexAnswer("https://registry.example.com/", flatpaks.find(new Query(""), name -> true)).write(out);
        try (var reader = Json.createReader(new ByteArrayInputStream(out.toByteArray()))) {
            return reader.readObject();
        }
    }

    private JsonObject onlyImage() {
        return answer().getJsonArray("Results")
                .getJsonObject(0)
                .getJsonArray("Images")
                .getJsonObject(0);
    }

    @Test
    void registryIsTheUrlOfPulls() {
        assertThat(answer().keySet()).isEqualTo(Set.of("Registry", "Results"));
        assertThat(answer().getString("Registry")).isEqualTo("https://registry.example.com/");
    }

    @Test
    void resultsAreTheRepositoriesWithFlatpaksByName() {
        push("zoo", "latest", "amd64");
        push("aisleriot", "latest", "amd64");
        index.push("no/flatpak", "latest", "{\"os\": \"linux\", \"architecture\": \"amd64\"}");

        assertThat(answer().getJsonArray("Results").getValuesAs(JsonObject.class))
                .extracting(each -> each.getString("Name"))
                .containsExactly("aisleriot", "zoo");
    }

    @Test
    void repositoryHasImagesAndLists() {
        push("aisleriot", "latest", "amd64");

        JsonObject repository = answer().getJsonArray("Results").getJsonObject(0);
        assertThat(repository.keySet()).isEqualTo(Set.of("Name", "Images", "Lists"));
        assertThat(repository.getJsonArray("Lists")).isEmpty();
    }

    /** The indexer leaves Annotations out if there are none. Newer ones have DiffIds, from which they make deltas. */
    @Test
    void imageHasTheseFields() {
        push("aisleriot", "latest", "amd64");

        assertThat(onlyImage().keySet())
                .isEqualTo(Set.of("Digest", "MediaType", "OS", "Architecture", "Labels", "Annotations", "Tags"));
    }

    /** The first indexers wrote that every image was docker's. */
    @Test
    void imageIsNamedByDigestAndMediaTypeOfItsManifest() {
        Manifest image = push("aisleriot", "latest", "amd64");

        assertThat(onlyImage().getString("Digest")).isEqualTo(image.digest().toString());
        assertThat(onlyImage().getString("MediaType")).isEqualTo("application/vnd.oci.image.manifest.v1+json");
    }

    @Test
    void platformIsThatOfTheConfig() {
        push("aisleriot", "latest", "arm64");

        assertThat(onlyImage().getString("OS")).isEqualTo("linux");
        assertThat(onlyImage().getString("Architecture")).isEqualTo("arm64");
    }

    @Test
    void tagsAreAllOfTheImageSorted() {
        for (String tag : List.of("testing", "latest", "3.22.5-1")) {
            push("aisleriot", tag, "amd64");
        }

        assertThat(onlyImage().getJsonArray("Tags").getValuesAs(JsonString.class))
                .extracting(JsonString::getString)
                .containsExactly("3.22.5-1", "latest", "testing");
    }

    @Test
    void labelsAreThoseOfTheConfigUnchangedButForIconsWithData() {
        push("aisleriot", "latest", "amd64");

        JsonObject labels = onlyImage().getJsonObject("Labels");
        assertThat(labels.keySet()).isEqualTo(LABELS.keySet());
        LABELS.forEach((name, value) -> {
            if (!value.equals(DATA)) {
                assertThat(labels.getString(name)).as(name).isEqualTo(value);
            }
        });
    }

    /** The indexer has a URL that ends in two digits of the digest, a slash, and the others. Both are found relative to the index. */
    @Test
    void iconIsNamedByTheDigestOfItsPicture() {
        push("aisleriot", "latest", "amd64");

        assertThat(onlyImage().getJsonObject("Labels").getString("org.freedesktop.appstream.icon-64"))
                .isEqualTo("/app-icons/sha256/" + Digest.of(PNG).hex() + ".png");
        assertThat(flatpaks.icon(Digest.of(PNG), name -> true)).isPresent();
    }

    @Test
    void annotationsAreThoseOfTheManifest() {
        index.push("aisleriot", "latest", "{\"os\": \"linux\", \"architecture\": \"amd64\"}", """
                {"org.flatpak.ref": "%s", "note": "x"}""".formatted(REF));

        assertThat(onlyImage().getJsonObject("Annotations").toString())
                .isEqualTo("{\"note\":\"x\",\"org.flatpak.ref\":\"" + REF + "\"}");
        assertThat(onlyImage().getJsonObject("Labels")).isEmpty();
    }

    @Test
    void listHasDigestMediaTypeTagsAndItsImages() {
        Manifest amd = push("aisleriot", "amd", "amd64");
        Manifest arm = push("aisleriot", "arm", "arm64");
        Manifest list = index.pushIndex("aisleriot", "latest", List.of("amd64", "arm64"), List.of(amd, arm));
        RepositoryName name = RepositoryName.parse("aisleriot");
        index.manifests().delete(name, Tag.parse("amd"));
        index.manifests().delete(name, Tag.parse("arm"));

        JsonObject found = answer().getJsonArray("Results")
                .getJsonObject(0)
                .getJsonArray("Lists")
                .getJsonObject(0);
        assertThat(found.keySet()).isEqualTo(Set.of("Digest", "MediaType", "Tags", "Images"));
        assertThat(found.getString("Digest")).isEqualTo(list.digest().toString());
        assertThat(found.getString("MediaType")).isEqualTo("application/vnd.oci.image.index.v1+json");
        assertThat(found.getJsonArray("Tags").toString()).isEqualTo("[\"latest\"]");
        assertThat(found.getJsonArray("Images"))
                .extracting(JsonValue::asJsonObject)
                .extracting(image -> image.getString("Digest"))
                .containsExactlyInAnyOrder(amd.digest().toString(), arm.digest().toString());
    }
}
