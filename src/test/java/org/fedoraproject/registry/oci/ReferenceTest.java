package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import org.junit.jupiter.api.Test;

class ReferenceTest {

    @Test
    void whatHasAColonIsADigest() {
        String digest = "sha256:" + "0".repeat(64);

        assertThat(Reference.parse(digest)).isEqualTo(Digest.parse(digest));
        assertRefused(ErrorCode.DIGEST_INVALID, () -> Reference.parse("latest:1"));
    }

    @Test
    void whatHasNoneIsATag() {
        assertThat(Reference.parse("latest")).isEqualTo(Tag.parse("latest"));
        assertRefused(ErrorCode.TAG_INVALID, () -> Reference.parse("-latest"));
    }
}
