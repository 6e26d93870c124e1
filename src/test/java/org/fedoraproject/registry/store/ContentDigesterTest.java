package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.oci.Digest.Algorithm.SHA256;
import static org.fedoraproject.registry.oci.Digest.Algorithm.SHA512;

import java.util.Arrays;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.Test;

class ContentDigesterTest {
    private static final byte[] CONTENT = Content.random(1000);

    @Test
    void computesSha256AndWhatIsNamed() {
        ContentDigester digester = new ContentDigester(SHA512);
        digester.update(CONTENT, CONTENT.length);

        assertThat(digester.digest(SHA256)).hasValue(Digest.of(CONTENT));
        assertThat(digester.digest(SHA512)).hasValue(Digest.of(SHA512, CONTENT));
        assertThat(digester.length()).isEqualTo(CONTENT.length);
    }

    @Test
    void computesNothingElse() {
        assertThat(new ContentDigester(SHA256).digest(SHA512)).isEmpty();
    }

    @Test
    void digestMayBeAskedForInBetween() {
        ContentDigester digester = new ContentDigester(SHA256);
        digester.update(CONTENT, 10);

        assertThat(digester.digest(SHA256)).hasValue(Digest.of(Arrays.copyOf(CONTENT, 10)));

        digester.update(Arrays.copyOfRange(CONTENT, 10, 1000), 990);
        assertThat(digester.digest(SHA256)).hasValue(Digest.of(CONTENT));
        assertThat(digester.length()).isEqualTo(CONTENT.length);
    }

    @Test
    void digestOfNothingIsThatOfTheEmptyContent() {
        assertThat(new ContentDigester(SHA256).digest(SHA256)).hasValue(Digest.of(new byte[0]));
    }
}
