package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.limit.LimitSettings;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.PolicyConfig;
import org.fedoraproject.registry.repository.Catalog;
import org.fedoraproject.registry.repository.Tags;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    Path root;

    @TempDir
    Path directory;

    private Stores stores;

    @BeforeEach
    void fill() throws IOException {
        stores = new Stores(root);
        for (String name : List.of("a", "b", "c")) {
            stores.write("repositories/" + name + "/_manifests/tags/1/current/link", "sha256:" + "0".repeat(64));
            stores.write("repositories/" + name + "/_layers/sha256/" + "0".repeat(64) + "/link", "sha256:0");
        }
    }

    @Test
    void takesAManifestThatAnybodyMayPull() throws IOException {
        assertThat(warmUp("rule b anyone pull").anyManifest(Instant.now().plus(LIMIT)))
                .contains("/v2/b/manifests/1");
        assertThat(warmUp("rule ** users pull").anyManifest(Instant.now().plus(LIMIT)))
                .isEmpty();
    }

    /** A registry with many repositories that nobody may pull from would be walked through at each start. */
    @Test
    void looksNoLongerThanItMay() throws IOException {
        WarmUp warmUp = warmUp("rule ** users pull");

        assertRefused(
                ErrorCode.UNAVAILABLE, () -> warmUp.anyManifest(Instant.now().minusSeconds(1)));
    }

    private WarmUp warmUp(String policy) throws IOException {
        Path file = Files.writeString(directory.resolve("policy"), policy + "\n");
        return new WarmUp(
                new Catalog(stores.repositories()),
                new Tags(stores.tags(), stores.repositories()),
                new CurrentPolicy(new PolicyConfig(Optional.of(file.toString()))),
                new LimitSettings().config(),
                new WarmUpConfig(LIMIT));
    }
}
