package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.util.Map;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.oci.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages read of manifests and configs. */
class DocumentsOfImagesTest {
    private static Members json(String text) {
        return Members.parse(bytes(text)).orElseThrow();
    }

    @Test
    void historySaysWhichLayerAStepHasMade() {
        ImageDocument image = ImageDocument.of(json("""
                {"os": "linux", "architecture": "arm", "variant": "v7", "history": [
                  {"created_by": "a"}, {"created_by": "b", "empty_layer": true}, {"created_by": "c"}, "x", null]}"""));

        assertThat(image.platform()).isEqualTo("linux/arm/v7");
        assertThat(image.history().stream().map(HistoryEntry::layer)).containsExactly(1, 0, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"history\": {}, \"config\": [], \"created\": 7, \"os\": null}",
                "{\"history\": [[]], \"config\": {\"Labels\": [], \"Env\": {}, \"Cmd\": [1]}, \"created\": \"x\"}"
            })
    void wrongTypesCountAsMissing(String text) {
        ImageDocument image = ImageDocument.of(json(text));

        assertThat(image.settings()).isEmpty();
        assertThat(image.history()).isEmpty();
        assertThat(image.created()).isEmpty();
        assertThat(image.labels()).isEmpty();
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        String faces = "\uD83D\uDE00".repeat(2000);

        assertThat(Members.cut("a" + faces, 2000)).endsWith("\uDE00 …").hasSize(2001);
        assertThat(json("{\"a\": \"" + "x".repeat(5000) + "\"}").text("a")).hasSize(2002);
    }

    @Test
    void whatIsNoObjectIsNoManifest() {
        for (String text : new String[] {"", "[]", "1", "{", "[".repeat(100_000)}) {
            assertThat(Members.parse(bytes(text))).isEmpty();
        }
    }

    @Test
    void onlyWebAddressesAreLinks() {
        About about = About.of(
                Map.of(
                        "org.opencontainers.image.url", "javascript:alert(1)",
                        "org.opencontainers.image.source", "https://a.test/x?y#z",
                        "org.opencontainers.image.documentation", "http:relative"),
                Map.of("org.opencontainers.image.source", "https://label.test/"));

        assertThat(about.links()).containsExactly(new Link("https://a.test/x?y#z", "Source", false));
        assertThat(about.facts().stream().map(About.Fact::name)).containsExactly("Website", "Documentation");
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.dev.cosign.artifact.sig.v1+json, Signature",
        "application/vnd.dev.sigstore.bundle.v0.3+json, Signature",
        "application/spdx+json, SBOM",
        "application/vnd.cyclonedx+json, SBOM",
        "application/vnd.in-toto+json, Attestation",
        "text/markdown, README",
        "'', Artifact"
    })
    void referrersHaveWords(String type, String word) {
        assertThat(Kinds.ofReferrer(type)).isEqualTo(word);
    }

    @Test
    void flatpakIsInstalledOnlyByAProperRef() {
        Commands commands = new Commands(new ClientUrl("https", "registry.test"));
        Reference latest = Reference.parse("latest");

        assertThat(commands.pulls("a", latest, "Image", "app/org.example.App/x86_64/stable"))
                .containsExactly(
                        "flatpak remote-add --user REMOTE oci+https://registry.test",
                        "flatpak install --user REMOTE app/org.example.App/x86_64/stable");
        assertThat(commands.pulls("a", latest, "Image", "app/a/b/c; rm -rf ~"))
                .containsExactly(
                        "podman pull registry.test/a:latest",
                        "docker pull registry.test/a:latest",
                        "skopeo copy docker://registry.test/a:latest oci-archive:image.tar");
        assertThat(commands.pulls("a", latest, Kinds.ARTIFACT, null))
                .first()
                .isEqualTo("oras pull registry.test/a:latest");
    }
}
