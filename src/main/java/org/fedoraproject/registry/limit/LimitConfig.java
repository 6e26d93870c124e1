package org.fedoraproject.registry.limit;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The limits on what clients may ask of one instance.
 *
 * @param maxRequests of a caller, within {@code requestWindow}; 0 for no limit
 * @param maxRequestsAtOnce of an address; 0 for no limit
 * @param maxThreads of the server, from its own configuration
 * @param maxUploads concurrent uploads of a caller; 0 for no limit
 * @param maxUrlLength in characters, with the query
 * @param maxHeaderSize in characters, of all headers
 * @param maxManifestSize in bytes; at most what the registry reads from disk
 * @param maxFormSize in bytes, of a form sent to the token endpoint
 * @param maxJsonDepth nesting depth of arrays and objects in a manifest
 * @param minBodyRate in bytes a second; 0 for any rate
 * @param bodyPatience how far a body may be behind that rate; counts only time spent waiting
 * @param minAnswerRate in bytes a second, at which a client must take an answer; 0 for any rate
 * @param answerPatience how far an answer may be behind that rate; counts only time spent waiting
 * @param maxFailures failed logins of an address, or for a user, before further ones are refused for {@code
 *     failureWindow}
 */
public record LimitConfig(
        @ConfigProperty(name = "registry.http.max-requests", defaultValue = "0")
        int maxRequests,

        @ConfigProperty(name = "registry.http.request-window", defaultValue = "PT1M")
        Duration requestWindow,

        @ConfigProperty(name = "registry.http.max-requests-at-once", defaultValue = "128")
        int maxRequestsAtOnce,

        @ConfigProperty(name = "registry.http.max-threads", defaultValue = "512")
        int maxThreads,

        @ConfigProperty(name = "registry.http.max-uploads", defaultValue = "256")
        int maxUploads,

        @ConfigProperty(name = "registry.http.max-url-length", defaultValue = "16384")
        int maxUrlLength,

        @ConfigProperty(name = "registry.http.max-header-size", defaultValue = "65536")
        int maxHeaderSize,

        @ConfigProperty(name = "registry.http.max-manifest-size", defaultValue = "4194304")
        int maxManifestSize,

        @ConfigProperty(name = "registry.http.max-form-size", defaultValue = "65536")
        int maxFormSize,

        @ConfigProperty(name = "registry.http.max-json-depth", defaultValue = "100")
        int maxJsonDepth,

        @ConfigProperty(name = "registry.http.min-body-rate", defaultValue = "100")
        int minBodyRate,

        @ConfigProperty(name = "registry.http.body-patience", defaultValue = "PT90S")
        Duration bodyPatience,

        @ConfigProperty(name = "registry.http.min-answer-rate", defaultValue = "1000")
        int minAnswerRate,

        @ConfigProperty(name = "registry.http.answer-patience", defaultValue = "PT90S")
        Duration answerPatience,

        @ConfigProperty(name = "registry.auth.max-failures", defaultValue = "20")
        int maxFailures,

        @ConfigProperty(name = "registry.auth.failure-window", defaultValue = "PT1M")
        Duration failureWindow) {
    /** The size that every registry must accept (spec, "Pushing manifests"), and our maximum. */
    static final int MAX_MANIFEST = 4 * 1024 * 1024;

    /** The depth of the JSON parser that reads manifests from disk. */
    static final int MAX_DEPTH = 1000;

    @Inject
    public LimitConfig {
        require("registry.http.max-requests", 0, maxRequests, Integer.MAX_VALUE);
        require("registry.http.max-requests-at-once", 0, maxRequestsAtOnce, Integer.MAX_VALUE);
        require("registry.http.max-threads", 1, maxThreads, Integer.MAX_VALUE);
        require("registry.http.max-uploads", 0, maxUploads, Integer.MAX_VALUE);
        require("registry.http.max-url-length", 1, maxUrlLength, Integer.MAX_VALUE);
        require("registry.http.max-header-size", 1, maxHeaderSize, Integer.MAX_VALUE);
        require("registry.http.max-manifest-size", 1, maxManifestSize, MAX_MANIFEST);
        require("registry.http.max-form-size", 1, maxFormSize, Integer.MAX_VALUE - 1);
        require("registry.http.max-json-depth", 1, maxJsonDepth, MAX_DEPTH);
        require("registry.http.min-body-rate", 0, minBodyRate, Integer.MAX_VALUE);
        require("registry.http.min-answer-rate", 0, minAnswerRate, Integer.MAX_VALUE);
        requirePositive("registry.http.request-window", requestWindow);
        requirePositive("registry.http.body-patience", bodyPatience);
        requirePositive("registry.http.answer-patience", answerPatience);
        requirePositive("registry.auth.failure-window", failureWindow);
        if (maxFailures < 1) {
            throw new IllegalArgumentException("registry.auth.max-failures is below 1: " + maxFailures);
        }
    }

    private static void require(String key, int least, int value, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is from " + least + " to " + most + ", not " + value);
        }
    }

    private static void requirePositive(String key, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(key + " is not above zero: " + duration);
        }
    }
}
