package org.fedoraproject.registry.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.Test;

class FilterTest {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private static Filter filter(String fields) {
        return EndpointsReader.read("{\"endpoints\": [{\"name\": \"a\", \"url\": \"http://a/\"" + fields + "}]}")
                .all()
                .getFirst()
                .filter();
    }

    private static Optional<RepositoryName> name(String text) {
        return Optional.of(RepositoryName.parse(text));
    }

    @Test
    void withoutFieldsItWantsPushesMountsAndDeletesOfAll() {
        Filter filter = filter("");

        assertThat(filter.mayWant(EventAction.PUSH, name("a"))).isTrue();
        assertThat(filter.wants(EventAction.PUSH, "a", "x/y", "", 0)).isTrue();
        assertThat(filter.wants(EventAction.MOUNT, "a", "x/y", "", 0)).isTrue();
        assertThat(filter.wants(EventAction.DELETE, "a", "", "", 0)).isTrue();
        assertThat(filter.wants(EventAction.PULL, "a", "", "", 0)).isFalse();
        assertThat(filter.wants(EventAction.TAG, "a", "", "", 0)).isFalse();
        assertThat(filter.wants(EventAction.COLLECTION, "", "", "", 0)).isFalse();
    }

    @Test
    void wantsThePatternsOfRepositoriesOnly() {
        Filter filter = filter(", \"repositories\": [\"team/*\", \"x/**\"], \"actions\": [\"push\", \"collection\"]");

        assertThat(filter.mayWant(EventAction.PUSH, name("team/app"))).isTrue();
        assertThat(filter.mayWant(EventAction.PUSH, name("team/app/more"))).isFalse();
        assertThat(filter.wants(EventAction.PUSH, "x/y/z", "", "", 0)).isTrue();
        assertThat(filter.wants(EventAction.PUSH, "other", "", "", 0)).isFalse();
        assertThat(filter.mayWant(EventAction.COLLECTION, Optional.empty()))
                .as("is about all of them")
                .isFalse();
    }

    @Test
    void wantsTheTypesOnly() {
        Filter filter = filter(", \"mediaTypes\": [\"" + MANIFEST + "\"], \"artifactTypes\": [\"a/b\"]");

        assertThat(filter.wants(EventAction.PUSH, "a", MANIFEST, "a/b", 0)).isTrue();
        assertThat(filter.wants(EventAction.PUSH, "a", MANIFEST, "a/c", 0)).isFalse();
        assertThat(filter.wants(EventAction.PUSH, "a", "application/octet-stream", "a/b", 0))
                .isFalse();
    }

    @Test
    void typesKeepOutNoDeletes() {
        Filter filter = filter(", \"mediaTypes\": [\"" + MANIFEST + "\"], \"artifactTypes\": [\"a/b\"]");

        assertThat(filter.wants(EventAction.DELETE, "a", "", "", 0)).isTrue();
        assertThat(filter.wants(EventAction.PUSH, "a", MANIFEST, "", 0)).isFalse();
    }

    @Test
    void wantsAPartOfThePulls() {
        Filter filter = filter(", \"actions\": [\"pull\"], \"pullSample\": 0.1");

        assertThat(filter.mayWant(EventAction.PULL, name("a"))).isTrue();
        assertThat(filter.wants(EventAction.PULL, "a", "", "", 0.05)).isTrue();
        assertThat(filter.wants(EventAction.PULL, "a", "", "", 0.1)).isFalse();
        assertThat(filter(", \"actions\": [\"pull\"], \"pullSample\": 0").mayWant(EventAction.PULL, name("a")))
                .isFalse();
    }
}
