package org.fedoraproject.registry.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.index.TagDetails.Details;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagDetailsTest {
    private static final RepositoryName NAME = RepositoryName.parse("a/b");
    private static final Page ALL = new Page(100, "");
    private static final int PLENTY = 1_000_000;
    private static final String CONFIG = """
            {"os": "linux", "architecture": "%s", "created": "2025-0%d-01T00:00:00Z", "config": {"Labels": {"l": "m"}}}""";
    private static final String COSIGN = "application/vnd.dev.cosign.artifact.sig.v1+json";

    @TempDir
    Path root;

    private Indexed instance;
    private TagDetails details;

    @BeforeEach
    void start() {
        instance = new Indexed(root);
        details = instance.details();
    }

    @Test
    void imageIsShownAsItSays() {
        String config = CONFIG.formatted("amd64", 1);
        Manifest image = instance.push("a/b", "1", config, "{\"x\": \"y\", \"n\": \"\"}");

        Details found = only();

        assertThat(found.tag()).hasToString("1");
        assertThat(found.digest()).isEqualTo(image.digest());
        assertThat(found.platforms()).containsExactly("linux/amd64");
        assertThat(found.size()).isEqualTo(config.length() + 5);
        assertThat(found.created()).contains(Instant.parse("2025-01-01T00:00:00Z"));
        assertThat(found.signed()).isFalse();
        assertThat(found.referrers()).isEmpty();
        Image read = found.image().orElseThrow();
        assertThat(read.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
        assertThat(read.labels()).isEqualTo(Map.of("l", "m"));
        assertThat(read.annotations()).isEqualTo(Map.of("x", "y", "n", ""));
    }

    @Test
    void indexIsShownWithItsImages() {
        String first = CONFIG.formatted("amd64", 1);
        String second = CONFIG.formatted("arm64", 2);
        instance.pushIndex(
                "a/b",
                "2",
                List.of("amd64", "arm64"),
                List.of(instance.push("a/b", "1", first), instance.push("a/b", "1", second)));

        Details found = list(new Page(1, "1"), PLENTY).entries().getFirst();

        assertThat(found.platforms()).containsExactly("linux/amd64", "linux/arm64");
        assertThat(found.size()).isEqualTo(first.length() + second.length() + 10);
        assertThat(found.created()).contains(Instant.parse("2025-02-01T00:00:00Z"));
    }

    @Test
    void sizesThatImagesClaimAddUpToNoNegativeNumber() {
        instance.pushIndex("a/b", "1", List.of("amd64", "arm64"), List.of(claiming(1), claiming(2)));

        assertThat(only().size()).isEqualTo(Long.MAX_VALUE);
    }

    /** An image with layers of a size that nobody checks, because they are not in the registry. */
    private Manifest claiming(int layers) {
        String layer = """
                {"mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar", "digest": "%s",
                 "size": 6000000000000000000, "urls": ["https://example.org/"]}""".formatted(Digest.of(bytes("layer")));
        Manifest image = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "config": %s, "layers": [%s]}""".formatted(
                        MediaType.OCI_MANIFEST,
                        Content.descriptor(
                                "application/vnd.oci.image.config.v1+json", instance.stores.layer(NAME, bytes("{}"))),
                        String.join(",", Collections.nCopies(layers, layer))));
        push(image);
        return image;
    }

    /** An index may list children that its repository does not have, and that its users may not pull. */
    @Test
    void childrenOfOtherRepositoriesAreNotRead() {
        Manifest hidden = instance.push("hidden", "1", CONFIG.formatted("amd64", 1));
        Manifest index = Content.index(hidden.digest());
        instance.manifests.put(NAME, Tag.parse("1"), List.of(), index, tag -> false, child -> false);

        Details found = only();

        assertThat(found.size()).isZero();
        assertThat(found.created()).isEmpty();
    }

    @Test
    void configOutsideOfTheRepositoryIsNotRead() {
        Digest hidden = instance.stores.layer(RepositoryName.parse("hidden"), bytes(CONFIG.formatted("amd64", 1)));
        Manifest image = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "layers": [],
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 1,
                            "urls": ["https://example.org/"]}}""".formatted(MediaType.OCI_MANIFEST, hidden));
        instance.manifests.put(NAME, Tag.parse("1"), List.of(), image);

        assertThat(only().image().orElseThrow().labels()).isEmpty();
    }

    @Test
    void tagThatMovesIsSeenAtOnce() {
        instance.push("a/b", "1", CONFIG.formatted("amd64", 1));
        assertThat(only().platforms()).containsExactly("linux/amd64");
        instance.push("a/b", "1", CONFIG.formatted("arm64", 1));
        assertThat(only().platforms()).containsExactly("linux/arm64");
    }

    @Test
    void signaturesAreSeenAmongReferrers() {
        Manifest image = instance.push("a/b", "1", "{}");
        push(Content.artifact("application/spdx+json", image.digest(), "1"));
        assertThat(only().signed()).isFalse();
        assertThat(only().referrers()).isEqualTo(Map.of("application/spdx+json", 1));
        push(Content.artifact(COSIGN, image.digest(), "1"));
        push(Content.artifact(COSIGN, image.digest(), "2"));

        assertThat(only().signed()).isTrue();
        assertThat(only().referrers()).isEqualTo(Map.of("application/spdx+json", 1, COSIGN, 2));
    }

    private void push(Manifest artifact) {
        instance.manifests.put(NAME, artifact.digest(), List.of(), artifact);
    }

    @Test
    void signatureIsSeenUnderCosignsTag() {
        Manifest image = instance.push("a/b", "1", "{}");
        instance.push("a/b", "sha256-" + image.digest().hex() + ".sig", "{\"os\": \"\"}");

        assertThat(list(ALL, PLENTY).entries()).extracting(Details::signed).containsExactly(true, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no JSON", "[]", "{\"config\": {\"Labels\": 5}}", "{\"os\": {}, \"architecture\": 1}"})
    void imageWithABadConfigIsListedWithoutIt(String config) {
        instance.push("a/b", "1", config);

        Details found = only();

        assertThat(found.platforms()).isEmpty();
        assertThat(found.size()).isEqualTo(config.length() + 5);
        assertThat(found.image().orElseThrow().labels()).isEmpty();
    }

    @Test
    void imageWithAHugeConfigIsListedWithoutIt() {
        String config = "{\"os\": \"linux\", \"x\": \"" + "x".repeat(Images.MAX_CONFIG) + "\"}";
        instance.push("a/b", "1", config);

        assertThat(only().image().orElseThrow().os()).isEmpty();
    }

    @Test
    void imageThatCannotBeReadIsListedWithoutIt() throws Exception {
        Manifest image = instance.push("a/b", "1", "{}");
        String hex = image.digest().hex();
        instance.stores.write("blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data", "damage");

        Images images = instance.images();
        assertThat(images.get(NAME, image.digest())).isEmpty();
        assertThat(images.get(NAME, image.digest())).isEmpty();
        assertThat(images.unreadable()).isEqualTo(1);
        assertThat(images.heapSize()).isZero();
        assertThat(only().image()).isEqualTo(Optional.empty());
    }

    @Test
    void pageEndsWhereItGetsTooLong() {
        for (String tag : List.of("1", "2", "3")) {
            instance.push("a/b", tag, "{\"config\": {\"Labels\": {\"a\": \"" + tag.repeat(1000) + "\"}}}");
        }

        Page.Entries<Details> page = list(ALL, 4000);

        assertThat(page.entries()).hasSize(2);
        assertThat(page.more()).isTrue();
        assertThat(list(ALL, 0).entries()).hasSize(1);
        assertThat(list(new Page(100, "2"), 4000).more()).isFalse();
    }

    @Test
    void imagesThatAreKeptAreBounded() {
        Images images = new Images(instance.stores.links(), instance.stores.scan(), 3000);
        for (int i = 0; i < 50; i++) {
            Manifest image = instance.push("a/b", "1", "{\"os\": \"" + i + "\"}");
            assertThat(images.get(NAME, image.digest()).orElseThrow().os()).isEqualTo("" + i);
        }
        assertThat(images.size()).isBetween(3, 6);
    }

    /** Such as one whose push was cut. The page would be empty, and a client would have no tag to go on after. */
    @Test
    void tagWithoutALinkIsPassedOver() throws IOException {
        instance.push("a/b", "1", CONFIG.formatted("amd64", 1));
        instance.push("a/b", "2", CONFIG.formatted("arm64", 2));
        instance.push("a/b", "3", CONFIG.formatted("riscv64", 3));
        instance.stores().write("repositories/a/b/_manifests/tags/1/current/link", "");

        Page.Entries<Details> page = list(new Page(1, ""), PLENTY);

        assertThat(page.entries()).extracting(found -> found.tag().value()).containsExactly("2");
        assertThat(page.more()).isTrue();
        instance.stores().write("repositories/a/b/_manifests/tags/2/current/link", "");
        instance.stores().write("repositories/a/b/_manifests/tags/3/current/link", "");
        assertThat(list(new Page(1, ""), PLENTY)).isEqualTo(new Page.Entries<Details>(List.of(), false));
    }

    @Test
    void repositoryThatIsNoneIsUnknown() {
        assertRefused(ErrorCode.NAME_UNKNOWN, () -> list(ALL, PLENTY));
    }

    private Details only() {
        assertThat(list(ALL, PLENTY).entries()).hasSize(1);
        return list(ALL, PLENTY).entries().getFirst();
    }

    private Page.Entries<Details> list(Page page, int maxBytes) {
        return details.list(NAME, page, maxBytes, bytes -> {});
    }
}
