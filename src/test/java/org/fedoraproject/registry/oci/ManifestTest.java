package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Content.descriptor;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final Digest CONFIG = Digest.of(bytes("config"));
    private static final Digest LAYER = Digest.of(bytes("layer"));
    private static final Digest SUBJECT = Digest.of(bytes("subject"));

    private static final String OCI_MANIFEST = MediaType.OCI_MANIFEST.value();
    private static final String OCI_INDEX = MediaType.OCI_INDEX.value();
    private static final String DOCKER_MANIFEST = MediaType.DOCKER_MANIFEST.value();
    private static final String DOCKER_LIST = MediaType.DOCKER_LIST.value();
    private static final String ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";

    /** JSON, and the media type that is stored. */
    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of("{'schemaVersion':2,'mediaType':'" + OCI_MANIFEST + "','layers':[]}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'mediaType':'" + OCI_INDEX + "','manifests':[]}", OCI_INDEX),
                Arguments.of("{'schemaVersion':2,'mediaType':'" + DOCKER_MANIFEST + "'}", DOCKER_MANIFEST),
                Arguments.of("{'schemaVersion':2,'mediaType':'" + DOCKER_LIST + "','manifests':[]}", DOCKER_LIST),
                Arguments.of("{'mediaType':'" + ARTIFACT + "','blobs':[]}", ARTIFACT),
                Arguments.of(
                        "{'mediaType':'application/vnd.example+json','anything':[1,{'a':null}]}",
                        "application/vnd.example+json"),
                Arguments.of("{'layers':[],'mediaType':'application/x+json'}", "application/x+json"),
                Arguments.of("{'schemaVersion':2}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'mediaType':''}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'mediaType':null}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'manifests':[]}", OCI_INDEX),
                Arguments.of("{'schemaVersion':2,'mediaType':'','manifests':[]}", OCI_INDEX),
                Arguments.of(
                        "{'config':null,'subject':null,'layers':null,'annotations':null,'schemaVersion':2}",
                        OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'subject':{}}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'artifactType':'a/b;version=0.2'}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'annotations':{'a':null}}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'annotations':{'a':'1','a':'2','Layers':'3'}}", OCI_MANIFEST),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + sized(layer(), "9223372036854775807") + "]}", OCI_MANIFEST),
                Arguments.of("{'schemaVersion':2,'config':{'digest':'" + LAYER + "'}}", OCI_MANIFEST),
                Arguments.of(
                        "{'schemaVersion':2,'layers':["
                                + descriptor("spdx+json", LAYER).replace('"', '\'') + "]}",
                        OCI_MANIFEST),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + with(layer(), "'annotations':{},'Annotations':{'a':null}")
                                + "]}",
                        OCI_MANIFEST),
                Arguments.of(
                        "{'schemaVersion':2,'manifests':["
                                + with(layer(), "'artifactType':{},'platform':{'OS':'linux','os':'x','features':null}")
                                + "]}",
                        OCI_INDEX),
                Arguments.of(
                        "{'schemaVersion':2,'mediaType':'" + OCI_INDEX.toUpperCase(Locale.ROOT) + "'}",
                        OCI_INDEX.toUpperCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void parseFindsTheTypeThatIsServedLater(String json, String mediaType) {
        byte[] bytes = json(json);

        assertThat(Manifest.parse(bytes, Optional.empty()).mediaType()).hasToString(mediaType);
        assertThat(Manifest.parse(bytes, Optional.of(new MediaType(mediaType))).mediaType())
                .hasToString(mediaType);
        assertThat(Manifest.storedType(bytes)).hasValue(new MediaType(mediaType));
    }

    static Stream<Arguments> bad() {
        String layer = layer();
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("[]", "an array"),
                Arguments.of("'text'", "a string"),
                Arguments.of("{'schemaVersion':2", "cut short"),
                Arguments.of("{'schemaVersion':2} x", "something behind"),
                Arguments.of(
                        "{'schemaVersion':2,'x':" + "[".repeat(5000) + "]".repeat(5000) + "}", "nested too deeply"),
                Arguments.of("{}", "no schemaVersion"),
                Arguments.of("{'schemaVersion':'2'}", "schemaVersion is a string"),
                Arguments.of("{'schemaVersion':3}", "an unknown schemaVersion"),
                Arguments.of("{'schemaVersion':1}", "schema 1"),
                Arguments.of(
                        "{'schemaVersion':1,'mediaType':'application/vnd.example+json'}",
                        "schema 1 under another type"),
                Arguments.of(
                        "{'schemaVersion':2,'mediaType':'application/vnd.docker.distribution.manifest.v1+prettyjws'}",
                        "schema 1 by type"),
                Arguments.of("{'mediaType':'" + OCI_MANIFEST + "'}", "no schemaVersion for a type that needs one"),
                Arguments.of("{'mediaType':'" + OCI_INDEX + "'}", "no schemaVersion for a type that needs one"),
                Arguments.of("{'mediaType':'" + DOCKER_MANIFEST + "'}", "no schemaVersion for a type that needs one"),
                Arguments.of("{'mediaType':'" + DOCKER_LIST + "'}", "no schemaVersion for a type that needs one"),
                Arguments.of(
                        "{'schemaVersion':2,'mediaType':'a/b','mediaType':'" + OCI_MANIFEST + "'}",
                        "two media types, of which readers take one or the other"),
                Arguments.of("{'schemaVersion':2,'mediaType':2}", "mediaType is a number"),
                Arguments.of("{'schemaVersion':2,'mediaType':'x'}", "mediaType is none"),
                Arguments.of("{'schemaVersion':2,'artifactType':{}}", "artifactType is an object"),
                Arguments.of("{'schemaVersion':2,'annotations':{'a':1}}", "annotation a is not a string"),
                Arguments.of("{'schemaVersion':2,'config':[]}", "config is an array"),
                Arguments.of("{'schemaVersion':2,'config':{}}", "config is empty"),
                Arguments.of(
                        "{'schemaVersion':2,'config':" + layer.replace("sha256", "sha1") + "}",
                        "config: an unknown algorithm"),
                Arguments.of(
                        "{'schemaVersion':2,'config':" + layer.replace("'sha256:", "'") + "}", "config: not a digest"),
                Arguments.of("{'schemaVersion':2,'config':{'mediaType':'a/b'}}", "config has no digest"),
                Arguments.of(
                        "{'schemaVersion':2,'config':" + layer.replace("'a/b'", "1") + "}", "mediaType is a number"),
                Arguments.of("{'schemaVersion':2,'layers':{}}", "layers is an object"),
                Arguments.of("{'schemaVersion':2,'layers':[" + layer + ",1]}", "layers has a number"),
                Arguments.of("{'schemaVersion':2,'layers':[null]}", "layers has a null"),
                Arguments.of("{'schemaVersion':2,'blobs':'x'}", "blobs is a string"),
                Arguments.of("{'schemaVersion':2,'manifests':[[]]}", "manifests has an array"),
                Arguments.of("{'schemaVersion':2,'subject':'" + SUBJECT + "'}", "subject is a string"),
                Arguments.of("{'schemaVersion':2,'manifests':[],'layers':[]}", "an image and an index at once"),
                Arguments.of("{'schemaVersion':2,'manifests':[],'config':" + layer + "}", "an index with a config"),
                Arguments.of("\uFEFF{'schemaVersion':2}", "a byte order mark"),
                Arguments.of("{'schemaVersion':2.0}", "a version with a fraction"),
                Arguments.of("{'schemaVersion':2,'config':" + sized(layer, "2.0") + "}", "a size with a fraction"),
                Arguments.of("{'schemaVersion':2,'config':" + sized(layer, "1e999") + "}", "a size with an exponent"),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + sized(layer, "18446744073709551616") + "]}",
                        "a size of 2^64"),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + sized(layer, "9223372036854775808") + "]}", "a size of 2^63"),
                Arguments.of("{'schemaVersion':2,'layers':[" + sized(layer, "-1") + "]}", "a size below nothing"),
                Arguments.of("{'schemaVersion':2,'layers':[" + sized(layer, "'2'") + "]}", "a size that is a string"),
                Arguments.of("{'schemaVersion':2,'Layers':[]}", "a key that Go takes for layers"),
                Arguments.of("{'schemaVersion':2,'layer\u017f':[]}", "another one"),
                Arguments.of("{'schemaVersion':2,'CONFIG':" + layer + "}", "and for config"),
                Arguments.of("{'schemaVersion':2,'config':" + layer + ",'config':" + layer + "}", "two configs"),
                Arguments.of("{'schemaVersion':2,'layers':[],'layers':[]}", "two layers"),
                Arguments.of("{'schemaVersion':2,'manifests':[],'manifests':[]}", "two manifests"),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + with(layer, "'digest':'" + CONFIG + "'") + "]}",
                        "two digests"),
                Arguments.of("{'schemaVersion':2,'layers':[" + with(layer, "'size':1") + "]}", "two sizes"),
                Arguments.of("{'schemaVersion':2,'config':" + layer.replace("'digest'", "'Digest'") + "}", "Digest"),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + with(layer, "'Annotations':{'a':1}") + "]}",
                        "an annotation that Go cannot read"),
                Arguments.of(
                        "{'schemaVersion':2,'layers':[" + with(layer, "'platform':{'OS':1}") + "]}",
                        "a platform that Go cannot read"),
                Arguments.of("{'mediaType':'text/html'}", "a page"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void rejects(String json, String why) {
        byte[] bytes = json(json);

        assertRefused(ErrorCode.MANIFEST_INVALID, () -> Manifest.parse(bytes, Optional.empty()));
    }

    private static String layer() {
        return descriptor("a/b", LAYER).replace('"', '\'');
    }

    private static String with(String descriptor, String members) {
        return descriptor.replaceFirst("[{]", "{" + members + ",");
    }

    private static String sized(String descriptor, String size) {
        return descriptor.replaceFirst("'size':\\s*[0-9]+", "'size':" + size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32BE", "ISO-8859-1"})
    void rejectsWhatIsNotInUtf8(String charset) {
        byte[] bytes = "{\"schemaVersion\":2,\"x\":\"\u00e9\"}".getBytes(Charset.forName(charset));

        assertRefused(ErrorCode.MANIFEST_INVALID, () -> Manifest.parse(bytes, Optional.empty()));
    }

    @Test
    void whatOfAStoredManifestCannotBeReadIsLeftOut() {
        Manifest stored = Manifest.parseStored(json("{'schemaVersion':2,'layers':[{'digest':'x'},null,{'digest':'"
                        + LAYER
                        + "','size':1e9,'annotations':7}],'config':[],'artifactType':3,'subject':{'digest':'" + SUBJECT
                        + "'}}"))
                .orElseThrow();

        assertThat(stored.blobs()).extracting(Descriptor::digest).containsExactly(LAYER);
        assertThat(stored.subject()).map(Descriptor::digest).hasValue(SUBJECT);
        assertThat(stored.artifactType()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config", "layers", "subject", "manifests", "blobs"})
    void refusalNamesTheMember(String member) {
        byte[] bytes = json("{'schemaVersion':2,'" + member + "':1}");

        assertThat(assertRefused(ErrorCode.MANIFEST_INVALID, () -> Manifest.parse(bytes, Optional.empty())))
                .hasMessageContaining(member);
    }

    @Test
    void rejectsContentTypeThatIsNotTheManifests() {
        byte[] declared = json("{'schemaVersion':2,'mediaType':'" + OCI_INDEX + "'}");
        byte[] undeclared = json("{'schemaVersion':2}");

        assertRefused(ErrorCode.MANIFEST_INVALID, () -> Manifest.parse(declared, Optional.of(MediaType.OCI_MANIFEST)));
        assertRefused(
                ErrorCode.MANIFEST_INVALID, () -> Manifest.parse(undeclared, Optional.of(MediaType.DOCKER_MANIFEST)));
    }

    @Test
    void imageRefersToItsConfigAndLayers() {
        Manifest image = Content.image(CONFIG, LAYER, SUBJECT);

        assertThat(image.blobs()).extracting(Descriptor::digest).containsExactlyInAnyOrder(CONFIG, LAYER, SUBJECT);
        assertThat(image.manifests()).isEmpty();
        assertThat(image.subject()).isEmpty();
    }

    @Test
    void indexRefersToItsChildren() {
        Manifest index = Content.manifest("""
                {"schemaVersion": 2, "manifests": [
                  {"mediaType": "%s", "digest": "%s", "size": 7, "artifactType": "a/b", "annotations": {"k": "v"},
                   "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
                  {"mediaType": "x/y", "digest": "%s", "urls": ["https://example.org/"]}]}""".formatted(OCI_MANIFEST, LAYER, CONFIG));

        assertThat(index.blobs()).isEmpty();
        assertThat(index.manifests())
                .isEqualTo(List.of(
                        new Descriptor(
                                LAYER,
                                OptionalLong.of(7),
                                Optional.of(new Descriptor.Platform("linux", "arm64", "v8")),
                                false,
                                true),
                        new Descriptor(CONFIG, OptionalLong.empty(), Optional.empty(), true, false)));
    }

    /** The media type of an index's child, and whether it can be a manifest: some builders list layers there. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -                                                        , true
            ''                                                       , true
            application/vnd.oci.image.manifest.v1+json               , true
            application/vnd.oci.image.index.v1+json                  , true
            application/vnd.docker.distribution.manifest.list.v2+json, true
            Application/VND.example+JSON                             , true
            application/json; charset=utf-8                          , true
            application/vnd.oci.image.layer.v1.tar+gzip              , false
            application/vnd.docker.image.rootfs.diff.tar.gzip        , false
            application/vnd.buildkit.cacheconfig.v0                  , false
            text/x+json                                              , false
            rubbish                                                  , false
            """)
    void typeTellsManifestsFromLayers(String mediaType, boolean mayBeManifest) {
        String type = mediaType == null ? "" : "\"mediaType\": \"" + mediaType + "\", ";
        Manifest index = Content.manifest("{\"schemaVersion\": 2, \"mediaType\": \"" + OCI_INDEX
                + "\", \"manifests\": [{" + type + "\"digest\": \"" + LAYER + "\"}]}");

        assertThat(index.manifests()).extracting(Descriptor::mayBeManifest).containsExactly(mayBeManifest);
    }

    /** A child's platform, the wanted platform, and whether they may match. */
    @ParameterizedTest
    @CsvSource({
        "linux/amd64/,   linux/amd64/,   true",
        "linux/amd64/,   linux/arm64/,   false",
        "linux/amd64/,   windows/amd64/, false",
        "linux/arm/v7,   linux/arm/,     true",
        "linux/arm/v7,   linux/arm/v7,   true",
        "linux/arm/v6,   linux/arm/v7,   false",
        "linux/arm/,     linux/arm/v7,   true",
        "/arm64/,        linux/arm64/,   true",
        "linux//,        linux/arm64/,   true",
        "//,             linux/arm64/v8, true",
        "windows//,      linux/arm64/,   false",
        "unknown/unknown/, linux/amd64/, false"
    })
    void platformMayBeWhatItDoesNotDeny(String said, String wanted, boolean mayBe) {
        assertThat(platform(said).mayMatch(platform(wanted))).isEqualTo(mayBe);
    }

    private static Descriptor.Platform platform(String text) {
        String[] parts = text.split("/", -1);
        return new Descriptor.Platform(parts[0], parts[1], parts[2]);
    }

    @Test
    void artifactHasBlobsSubjectAndAnnotations() {
        Manifest artifact =
                Content.manifest("""
                {"mediaType": "%s", "artifactType": "a/b", "blobs": [%s], "subject": %s, "annotations": {"k": "v"}}""".formatted(ARTIFACT, descriptor("x/y", LAYER), descriptor(OCI_MANIFEST, SUBJECT)));

        assertThat(artifact.blobs()).extracting(Descriptor::digest).containsExactly(LAYER);
        assertThat(artifact.subject()).map(Descriptor::digest).hasValue(SUBJECT);
        assertThat(artifact.artifactType()).hasValue("a/b");
        assertThat(new String(artifact.asReferrer(LAYER, 1000).json(), StandardCharsets.UTF_8))
                .endsWith("\"annotations\":{\"k\":\"v\"}}");
    }

    @Test
    void artifactTypeFallsBackToTheConfigs() {
        assertThat(Content.image(CONFIG).artifactType()).hasValue("application/vnd.oci.image.config.v1+json");
        assertThat(Content.index().artifactType()).isEmpty();
        assertThat(Content.manifest("""
                                {"schemaVersion": 2, "artifactType": "", "config": %s}""".formatted(descriptor("c/d", CONFIG))).artifactType())
                .hasValue("c/d");
    }

    /** As in broken trees; Parsson would search for the end for ever. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"layers\": [",
                "{\"layers\": [{",
                "{\"config\": {\"a\": ",
                "{\"config\": {\"a\": 1",
                "{\"layers\"",
                "{"
            })
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void cutManifestHasNoType(String json) {
        assertThat(Manifest.storedType(bytes(json))).isEmpty();
    }

    @Test
    void keepsTheExactBytes() {
        byte[] bytes = bytes(" {\"schemaVersion\" :2,\n\"unknown\": \"\\u0041\"} ");

        Manifest manifest = Manifest.parse(bytes, Optional.empty());

        assertThat(manifest.bytes()).isEqualTo(bytes);
        assertThat(manifest.digest()).isEqualTo(Digest.of(bytes));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("notManifests")
    void storedTypeIsEmptyWhereTheBytesAreNone(String json, String why) {
        assertThat(Manifest.storedType(json(json))).isEmpty();
    }

    static Stream<Arguments> notManifests() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("\u001f\u008b\b", "a layer"),
                Arguments.of("[]", "an array"),
                Arguments.of("{'mediaType':'x'}", "a media type that is none"),
                Arguments.of("{'x':" + "[".repeat(5000) + "]".repeat(5000) + "}", "nested too deeply"),
                Arguments.of("{'architecture':'amd64','config':{},'rootfs':{}}", "an image's config"));
    }

    private static byte[] json(String text) {
        return bytes(text.replace('\'', '"'));
    }
}
