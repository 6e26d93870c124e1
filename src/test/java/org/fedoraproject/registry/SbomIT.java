package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.junit.jupiter.api.Test;

/** The bill of materials that the WAR carries. */
class SbomIT {
    private static final String LIBRARIES = "WEB-INF/lib/";

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

    private static JsonObject bom(ZipFile war) throws IOException {
        try (InputStream in = war.getInputStream(war.getEntry("META-INF/sbom/bom.json"));
                var reader = Json.createReader(in)) {
            return reader.readObject();
        }
    }
}
