package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.junit.jupiter.api.Test;

/** The bills of materials that the WAR carries. */
class SbomIT {
    private static final String LIBRARIES = "WEB-INF/lib/";
    private static final String ASSETS = "WEB-INF/assets/";

    @Test
    void namesExactlyTheLibrariesOfTheWarWithVersionAndLicence() throws IOException {
        try (ZipFile war = new ZipFile(BuildDirectory.war())) {
            JsonObject bom = bom(war);
            List<JsonObject> components = bom.getJsonArray("components").getValuesAs(JsonObject.class);
            List<String> libraries = war.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(LIBRARIES) && !name.equals(LIBRARIES))
                    .map(name -> name.substring(LIBRARIES.length()))
                    .toList();

            assertThat(bom.getString("bomFormat")).isEqualTo("CycloneDX");
            assertThat(bom.getJsonObject("metadata").getJsonObject("component").getString("name"))
                    .isEqualTo("registry");
            assertThat(components)
                    .extracting(
                            component -> component.getString("name") + "-" + component.getString("version") + ".jar")
                    .containsExactlyInAnyOrderElementsOf(libraries)
                    .isNotEmpty();
            assertThat(components).allSatisfy(component -> {
                assertThat(component.getString("purl")).startsWith("pkg:maven/" + component.getString("group") + "/");
                assertThat(component.getJsonArray("licenses")).isNotEmpty();
                assertThat(component.getJsonArray("hashes")).isNotEmpty();
            });
        }
    }

    /** What others have written is in files that say so in their first line. */
    @Test
    void namesStyleSheetsAndScriptsOfOthers() throws IOException {
        try (ZipFile war = new ZipFile(BuildDirectory.war())) {
            List<JsonObject> components =
                    read(war, "assets.json").getJsonArray("components").getValuesAs(JsonObject.class);
            List<String> named = new ArrayList<>();
            for (JsonObject component : components) {
                String version = component.getString("version");
                assertThat(component.getString("purl")).startsWith("pkg:npm/").endsWith("@" + version);
                assertThat(component.getJsonArray("licenses")).isNotEmpty();
                for (JsonObject file : component.getJsonArray("properties").getValuesAs(JsonObject.class)) {
                    named.add(file.getString("value"));
                    assertThat(firstLine(war, file.getString("value")))
                            .containsIgnoringCase(component.getString("name") + " " + version);
                }
            }
            List<String> ofOthers = new ArrayList<>();
            for (ZipEntry entry : Collections.list(war.entries())) {
                if (entry.getName().startsWith(ASSETS)
                        && firstLine(war, entry.getName()).startsWith("/*!")) {
                    ofOthers.add(entry.getName());
                }
            }
            assertThat(named).containsExactlyInAnyOrderElementsOf(ofOthers).isNotEmpty();
        }
    }

    private static String firstLine(ZipFile war, String name) throws IOException {
        try (InputStream in = war.getInputStream(war.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static JsonObject bom(ZipFile war) throws IOException {
        return read(war, "bom.json");
    }

    private static JsonObject read(ZipFile war, String name) throws IOException {
        try (InputStream in = war.getInputStream(war.getEntry("META-INF/sbom/" + name));
                var reader = Json.createReader(in)) {
            return reader.readObject();
        }
    }
}
