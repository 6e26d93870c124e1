package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CloudFrontSignerTest {
    private static final String URL = "https://cdn.test/base";
    private static final String PATH = "/v2/a/blobs/sha256:" + "0".repeat(64);

    /** Base64 with {@code -}, {@code _} and {@code ~} for the characters that are not allowed in a URL. */
    private static final Pattern SIGNED = Pattern.compile(
            Pattern.quote(URL + PATH) + "\\?Expires=([0-9]+)&Signature=([A-Za-z0-9~_-]+)&Key-Pair-Id=K1234");

    private static KeyPair keys;

    @BeforeAll
    static void makeKeys() throws GeneralSecurityException {
        keys = pair("RSA", 2048);
    }

    /** For many times, so that each of the replaced characters occurs. */
    @Test
    void publicKeyVerifiesTheCannedPolicy() throws GeneralSecurityException {
        CloudFrontSigner signer = new CloudFrontSigner("K1234", pem(keys));
        StringBuilder signatures = new StringBuilder();
        for (int second = 0; second < 20; second++) {
            Matcher signed = SIGNED.matcher(signer.sign(URL, PATH, Instant.ofEpochSecond(1700000000 + second)));
            assertThat(signed.matches()).as(signed.toString()).isTrue();

            String policy = "{\"Statement\":[{\"Resource\":\"" + URL + PATH
                    + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":" + (1700000000 + second) + "}}}]}";
            assertThat(signed.group(1)).isEqualTo(Integer.toString(1700000000 + second));
            assertThat(verifies(policy, signed.group(2))).isTrue();
            assertThat(verifies(policy.replace("/a/", "/b/"), signed.group(2))).isFalse();
            signatures.append(signed.group(2));
        }
        assertThat(signatures).contains("-", "_", "~");
    }

    @Test
    void keyMayHaveWindowsLineEnds() {
        assertThat(new CloudFrontSigner("K1234", pem(keys).replace("\n", "\r\n"))
                        .sign(URL, PATH, Instant.ofEpochSecond(1700000000)))
                .matches(SIGNED);
    }

    @Test
    void refusesWhatIsNoRsaKeyInPkcs8() throws GeneralSecurityException {
        String good = pem(keys);
        String[] bad = {
            "open sesame",
            good.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
            good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            good.substring(0, good.length() / 2),
            good.replaceFirst("\n.{64}\n", "\n"),
            "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----",
            pem(pair("EC", 256))
        };
        for (String pem : bad) {
            assertThatIllegalArgumentException()
                    .as(pem)
                    .isThrownBy(() -> new CloudFrontSigner("K1234", pem))
                    .withMessageNotContaining("sesame");
        }
    }

    private static boolean verifies(String policy, String signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA1withRSA");
        verifier.initVerify(keys.getPublic());
        verifier.update(policy.getBytes(StandardCharsets.UTF_8));
        return verifier.verify(Base64.getDecoder()
                .decode(signature.replace('-', '+').replace('_', '=').replace('~', '/')));
    }

    private static KeyPair pair(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    static String pem(KeyPair keys) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----";
    }
}
