package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class Cdn77SignerTest {

    /**
     * The token is the output of
     * {@code printf '1700000003<path>open sesame' | openssl md5 -binary | base64 | tr '+/' '-_'}; the time was chosen
     * so that the token has both of these characters.
     */
    @Test
    void tokenIsTheDigestOfExpiryPathAndKey() {
        String path = "/v2/fedora/fedora/blobs/sha256%3A" + "0".repeat(63) + "7";

        assertThat(new Cdn77Signer("open sesame").sign("https://cdn.test", path, Instant.ofEpochSecond(1700000003)))
                .isEqualTo("https://cdn.test" + path + "?secure=cG07u0t_Pm-Sg25g30HC6A==,1700000003");
    }
}
