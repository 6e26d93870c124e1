package org.fedoraproject.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.util.Locale;
import java.util.regex.Pattern;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    /** All that is refused, as one pattern: the reader must agree with it on every escape and every character. */
    private static final Pattern AMBIGUOUS = Pattern.compile(
            "%2e|%5c|%[0189a-f][0-9a-f]|%7f|%(?![0-9a-f]{2})|//|[^a-z0-9._~!$&'()*+,=:@%/-]", Pattern.CASE_INSENSITIVE);

    @ParameterizedTest
    @CsvSource(textBlock = """
            /v2/a/manifests/x  , /v2/a/manifests/x , /v2/a/manifests/x, true
            /                  , /                 , /                , false
            /v2/a%2Fb%2fc      , /v2/a/b/c         , /v2/a/b/c        , true
            /v2/%61            , /v2/%61           , /v2/a            , false
            /v2/a%3Ab%3ac      , /v2/a%3Ab%3ac     , /v2/a:b:c        , true
            /v2/a%252F         , /v2/a%252F        , /v2/a%2F         , false
            /v2/a+b            , /v2/a+b           , /v2/a+b          , true
            /v2/a%7Eb          , /v2/a%7Eb         , /v2/a~b          , false
            /v2/a%3             , -                 , -                , -
            """)
    void pathIsDecodedOnce(String uri, String written, String decoded, String isPlain) {
        if (written.equals("-")) {
            assertRefused(ErrorCode.NAME_INVALID, () -> RequestPath.parse(uri));
            return;
        }
        RequestPath path = RequestPath.parse(uri);

        assertThat(path.written()).isEqualTo(written);
        assertThat(path.decoded()).isEqualTo(decoded);
        assertThat(path.isPlain()).isEqualTo(Boolean.parseBoolean(isPlain));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//v2/",
                "/v2//",
                "/a%2F/",
                "/a/%2f",
                "/a%2F%2fb",
                "/%2e",
                "/%2E",
                "/%5c",
                "/%zz",
                "/%",
                "/%2",
                "/a;b"
            })
    void pathThatOthersMayReadDifferentlyIsRefused(String uri) {
        assertRefused(ErrorCode.NAME_INVALID, () -> RequestPath.parse(uri));
    }

    @Test
    void everyCharacterAndEveryEscapeIsEitherTakenOrRefused() {
        for (int c = 0; c < 0x300; c++) {
            agree("/a" + (char) c + "b");
            agree("/%" + (char) c + "1");
            agree("/%4" + (char) c);
        }
        for (int c = 0; c < 0x100; c++) {
            agree("/a%%%02x/b".formatted(c));
            agree("/a%%%02X/b".formatted(c).toUpperCase(Locale.ROOT));
        }
    }

    private static void agree(String uri) {
        boolean isRefused = false;
        try {
            RequestPath.parse(uri);
        } catch (RegistryException e) {
            isRefused = true;
        }
        String withSlashes = uri.replace("%2F", "/").replace("%2f", "/");
        assertThat(isRefused).as(uri).isEqualTo(AMBIGUOUS.matcher(withSlashes).find());
    }

    @Test
    void requestThatWasNotParsedHasNone() {
        assertThatIllegalStateException().isThrownBy(() -> RequestPath.of(Requests.of("GET", "/v2/")));
    }
}
