package org.fedoraproject.registry.flatpak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.index.Indexed;
import org.fedoraproject.registry.index.RepositoryObserver;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlatpaksTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
    private static final String ICON_LABEL = "org.freedesktop.appstream.icon-64";
    private static final String ICON_PATH =
            "/app-icons/sha256/" + Digest.of(PNG).hex() + ".png";

    @TempDir
    Path root;

    private Indexed instance;
    private Flatpaks flatpaks;

    /** What it is called with goes to the one that is made after it. */
    private final class Later implements RepositoryObserver {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void seen(RepositoryName name, Runnable step) {
            flatpaks.seen(name, step);
        }

        @Override
        public void gone(RepositoryName name) {
            flatpaks.gone(name);
        }

        @Override
        public void complete() {
            flatpaks.complete();
        }
    }

    @BeforeEach
    void start() {
        instance = new Indexed(root, new Later());
        flatpaks = new Flatpaks(true, instance.stores().tags(), instance.images(), 1_000_000);
    }

    private static boolean everything(RepositoryName name) {
        return true;
    }

    private static String config(String architecture, String ref, String more) {
        return """
                {"os": "linux", "architecture": "%s", "config": {"Labels": {"org.flatpak.ref": "%s"%s}}}""".formatted(architecture, ref, more);
    }

    private static String icon() {
        return ", \"" + ICON_LABEL + "\": \"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(PNG) + "\"";
    }

    /** As Fedora's indexer has it. */
    @Test
    void answerHasWhatFlatpakReads() {
        Manifest image = instance.push(
                "app", "latest", config("amd64", "app/org.example.App/x86_64/stable", icon()), "{\"a\": \"b\"}");
        instance.push("app", "1", config("amd64", "app/org.example.App/x86_64/stable", icon()), "{\"a\": \"b\"}");
        instance.push("other", "latest", "{\"os\": \"linux\", \"architecture\": \"amd64\"}");
        instance.walk();

        JsonObject answer = answer("label:org.flatpak.ref:exists=1&architecture=amd64&os=linux&tag=latest");

        assertThat(answer.toString())
                .isEqualTo(
                        "{\"Registry\":\"https://registry.example.org/\",\"Results\":[{\"Name\":\"app\",\"Images\":[{"
                                + "\"Tags\":[\"1\",\"latest\"],\"Digest\":\"" + image.digest()
                                + "\",\"MediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"OS\":\"linux\","
                                + "\"Architecture\":\"amd64\",\"Labels\":{\"org.flatpak.ref\":"
                                + "\"app/org.example.App/x86_64/stable\",\"" + ICON_LABEL + "\":\"" + ICON_PATH
                                + "\"},\"Annotations\":{\"a\":\"b\"}}],\"Lists\":[]}]}");
        assertThat(flatpaks.icon(Digest.of(PNG), FlatpaksTest::everything)
                        .orElseThrow()
                        .png())
                .isEqualTo(PNG);
        assertThat(flatpaks.icon(Digest.of(PNG), name -> false)).isEmpty();
        assertThat(flatpaks.icon(image.digest(), FlatpaksTest::everything)).isEmpty();
    }

    @Test
    void indexesAreLists() {
        Manifest amd = instance.push("app", "amd", config("amd64", "app/a/x86_64/stable", ""));
        Manifest arm = instance.push("app", "arm", config("arm64", "app/a/aarch64/stable", ""));
        Manifest index = instance.pushIndex("app", "latest", List.of("amd64", "arm64"), List.of(amd, arm));
        instance.manifests().delete(RepositoryName.parse("app"), Tag.parse("amd"));
        instance.manifests().delete(RepositoryName.parse("app"), Tag.parse("arm"));
        instance.walk();

        JsonObject repository =
                answer("architecture=arm64&tag=latest").getJsonArray("Results").getJsonObject(0);

        assertThat(repository.getJsonArray("Images")).isEmpty();
        JsonObject list = repository.getJsonArray("Lists").getJsonObject(0);
        assertThat(list.getString("Digest")).isEqualTo(index.digest().toString());
        assertThat(list.getJsonArray("Tags").toString()).isEqualTo("[\"latest\"]");
        assertThat(list.getJsonArray("Images")).hasSize(1);
        assertThat(list.getJsonArray("Images").getJsonObject(0).getString("Digest"))
                .isEqualTo(arm.digest().toString());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -                                              , a b
            tag=latest                                     , a
            tag=testing                                    , b
            tag=none                                       , -
            tag=latest&tag=testing                         , a b
            architecture=amd64                             , a
            os=windows                                     , -
            repository=b                                   , b
            label:org.flatpak.ref:exists=1                 , a b
            label:org.flatpak.ref=app/b/aarch64/stable     , b
            label%3Aorg.flatpak.ref%3Aexists=1             , a b
            label:none:exists=1                            , -
            annotation:mark:exists=1                       , b
            annotation:mark=1                              , b
            annotation:mark=2                              , -
            annotation:mark:exists=1&architecture=amd64    , -
            """)
    void allParametersMustMatch(String query, String names) {
        instance.push("a", "latest", config("amd64", "app/a/x86_64/stable", ""));
        instance.push("b", "testing", config("arm64", "app/b/aarch64/stable", ""), "{\"mark\": \"1\"}");
        instance.walk();

        assertThat(find(query == null ? "" : query)).isEqualTo(names == null ? "" : names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"labels:a=1", "n=1", "label:a:exists=0", "=", "tag=%zz"})
    void queryThatIsNotKnownIsRefused(String query) {
        assertRefused(ErrorCode.UNSUPPORTED, () -> query(query));
    }

    @Test
    void changesAreFollowed() {
        RepositoryName app = RepositoryName.parse("a");
        instance.push("a", "latest", config("amd64", "app/a/x86_64/stable", ""));
        instance.walk();
        String before = etag();
        assertThat(etag()).isEqualTo(before);

        instance.push("a", "latest", config("amd64", "app/a/x86_64/beta", ""));
        instance.walk();
        assertThat(etag()).isNotEqualTo(before);
        assertThat(find("label:org.flatpak.ref=app/a/x86_64/beta")).isEqualTo("a");

        instance.manifests().delete(app, (Reference) Tag.parse("latest"));
        instance.walk();
        assertThat(find("")).isEmpty();
    }

    @Test
    void othersAreHiddenFromWhoMayNotPull() {
        instance.push("a", "latest", config("amd64", "app/a/x86_64/stable", ""));
        instance.walk();

        assertThat(flatpaks.find(query(""), name -> false)).isEmpty();
    }

    @Test
    void memoryIsBounded() {
        flatpaks = new Flatpaks(true, instance.stores().tags(), instance.images(), 2000);
        for (String name : List.of("a", "b", "c", "d")) {
            instance.push(name, "latest", config("amd64", "app/" + name + "/x86_64/stable", ""));
        }
        instance.walk();
        assertThat(find("")).isEqualTo("a b");
        instance.walk();
        assertThat(find("")).isEqualTo("a b");
    }

    /** A page must not run what a client has put there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:image/svg+xml;base64,iVBORw0KGgo=",
                "data:image/png;base64,PHN2Zz4=",
                "data:image/png;base64,not base64",
                "https://example.org/icon.png"
            })
    void iconThatIsNoPictureStaysALabel(String value) {
        assertThat(Icon.find(ICON_LABEL, value)).isEmpty();
    }

    @Test
    void withoutAnIndexTheEndpointIsUnknown() {
        flatpaks = new Flatpaks(false, instance.stores().tags(), instance.images(), 1000);
        assertRefused(ErrorCode.UNSUPPORTED, () -> find(""));
    }

    @Test
    void nothingIsSaidBeforeAllIsKnown() {
        assertRefused(ErrorCode.UNAVAILABLE, () -> find(""));
    }

    @Test
    void mistakesOfTheConfigurationAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlatpakConfig(true, Optional.empty(), Duration.ZERO, false))
                .withMessage("registry.flatpak.enabled needs registry.index.enabled");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlatpakConfig(true, Optional.of(URI.create("example.org")), Duration.ZERO, true))
                .withMessageContaining("registry.flatpak.registry-url");
    }

    private String find(String query) {
        return String.join(
                " ",
                flatpaks.find(query(query), FlatpaksTest::everything).stream()
                        .map(listing -> listing.name().value())
                        .toList());
    }

    private String etag() {
        return new IndexAnswer("https://registry.example.org/", flatpaks.find(query(""), FlatpaksTest::everything))
                .etag();
    }

    private JsonObject answer(String query) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new IndexAnswer("https://registry.example.org/", flatpaks.find(query(query), FlatpaksTest::everything))
                .write(out);
        try (var reader = Json.createReader(new ByteArrayInputStream(out.toByteArray()))) {
            return reader.readObject();
        }
    }

    private static Query query(String text) {
        return new Query(text);
    }
}
