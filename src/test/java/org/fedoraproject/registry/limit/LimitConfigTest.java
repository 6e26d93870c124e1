package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitConfigTest {
    @Test
    void manifestIsNoLongerThanWhatIsReadFromDisk() {
        assertThat(new LimitSettings().config().maxManifestSize()).isEqualTo(Manifest.MAX_SIZE);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("registry.http.max-requests", settings -> settings.maxRequests = -1),
                mistake("registry.http.request-window", settings -> settings.requestWindow = Duration.ZERO),
                mistake("registry.http.max-requests-at-once", settings -> settings.maxRequestsAtOnce = -1),
                mistake("registry.http.max-threads", settings -> settings.maxThreads = 0),
                mistake("registry.http.max-uploads", settings -> settings.maxUploads = -1),
                mistake("registry.http.max-url-length", settings -> settings.maxUrlLength = 0),
                mistake("registry.http.max-header-size", settings -> settings.maxHeaderSize = 0),
                mistake("registry.http.max-manifest-size", settings -> settings.maxManifestSize = 0),
                mistake("registry.http.max-manifest-size", settings -> settings.maxManifestSize = (4 << 20) + 1),
                mistake("registry.http.max-form-size", settings -> settings.maxFormSize = Integer.MAX_VALUE),
                mistake("registry.http.max-json-depth", settings -> settings.maxJsonDepth = 1001),
                mistake("registry.http.min-body-rate", settings -> settings.minBodyRate = -1),
                mistake("registry.http.body-patience", settings -> settings.bodyPatience = Duration.ofSeconds(-1)),
                mistake("registry.http.min-answer-rate", settings -> settings.minAnswerRate = -1),
                mistake("registry.http.answer-patience", settings -> settings.answerPatience = Duration.ZERO),
                mistake("registry.auth.max-failures", settings -> settings.maxFailures = 0),
                mistake("registry.auth.failure-window", settings -> settings.failureWindow = Duration.ZERO));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void refusalNamesTheKey(String key, Consumer<LimitSettings> mistake) {
        LimitSettings settings = new LimitSettings();
        mistake.accept(settings);
        assertThatIllegalArgumentException().isThrownBy(settings::config).withMessageContaining(key);
    }

    private static Arguments mistake(String key, Consumer<LimitSettings> mistake) {
        return Arguments.of(key, mistake);
    }
}
