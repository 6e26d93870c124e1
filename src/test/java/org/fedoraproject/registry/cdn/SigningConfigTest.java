package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigningConfigTest {
    @TempDir
    Path directory;

    @Test
    void nothingIsSignedUnlessAsked() {
        assertThat(config("none", null, null, Duration.ofHours(1)).signer()).isEmpty();
    }

    @Test
    void keyIsReadWithoutTheSpaceAroundIt() throws IOException {
        String file =
                Files.writeString(directory.resolve("key"), "\nopen sesame\n").toString();

        assertThat(config("cdn77", file, null, Duration.ofHours(1)).signer())
                .get()
                .isInstanceOf(Cdn77Signer.class)
                .returns(
                        new Cdn77Signer("open sesame").sign("a", "b", Instant.EPOCH),
                        signer -> signer.sign("a", "b", Instant.EPOCH));
    }

    @ParameterizedTest(name = "{4}")
    @CsvSource({
        "rot13,      key,  id, registry.cdn.signing,          another scheme",
        "CDN77,      key,  id, registry.cdn.signing,          a scheme in capitals",
        "'',         key,  id, registry.cdn.signing,          no scheme",
        "cdn77,      ,     id, registry.cdn.signing-key-file, no key for CDN77",
        "cdn77,      none, id, registry.cdn.signing-key-file, a key file that is not there",
        "cdn77,      .,    id, registry.cdn.signing-key-file, a directory",
        "cloudfront, ,     id, registry.cdn.signing-key-file, no key for CloudFront",
        "cloudfront, none, id, registry.cdn.signing-key-file, a key file that is not there",
        "cloudfront, key,  id, registry.cdn.signing-key-file, a key that is none",
        "cloudfront, key,  ,   registry.cdn.signing-key-id,   no key pair"
    })
    void refusalNamesTheKey(String scheme, String file, String id, String key, String why) throws IOException {
        Files.writeString(directory.resolve("key"), "open sesame");
        String path = file == null ? null : directory.resolve(file).toString();
        SigningConfig config = config(scheme, path, id, Duration.ofHours(1));

        assertThatIllegalArgumentException()
                .isThrownBy(config::signer)
                .withMessageContaining(key)
                .withMessageNotContaining("sesame");
    }

    @ParameterizedTest
    @CsvSource({
        "signing-lifetime, PT0S,  is not above PT0S: PT0S",
        "signing-lifetime, PT-1S, is not above PT0S: PT-1S",
        "signing,          rot13, 'is none, cdn77 or cloudfront, not rot13'",
        "signing,          CDN77, 'is none, cdn77 or cloudfront, not CDN77'",
        "signing,          '',    is empty"
    })
    void refusalAtTheStartNamesTheKey(String key, String value, String refusal) {
        assertThat(Configured.mistakes(SigningConfig.class, Map.of("registry.cdn." + key, value)))
                .containsExactly("registry.cdn." + key + " " + refusal);
    }

    private static SigningConfig config(String scheme, String file, String id, Duration lifetime) {
        return new SigningConfig(scheme, Optional.ofNullable(file), Optional.ofNullable(id), lifetime);
    }
}
