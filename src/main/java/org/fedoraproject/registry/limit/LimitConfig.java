package org.fedoraproject.registry.limit;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * The limits on what clients may ask of one instance.
 *
 * @param maxRequests of a caller, within {@code requestWindow}; 0 for no limit
 * @param maxRequestsAtOnce of an address; 0 for no limit
 * @param maxThreads of the server, from its own configuration
 * @param maxUploads concurrent uploads of a caller; 0 for no limit
 * @param maxUrlLength in characters, with the query; together with the headers, less than the server reads
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
        @Setting(
                unit = "requests",
                min = "0",
                help = "Requests of one caller in the window, which may all come at once. `0` means no limit.")
        int maxRequests,

        @ConfigProperty(name = "registry.http.request-window", defaultValue = "PT1M")
        @Setting(above = "PT0S", help = "The length of that window.")
        Duration requestWindow,

        @ConfigProperty(name = "registry.http.max-requests-at-once", defaultValue = "128")
        @Setting(
                unit = "requests",
                min = "0",
                help = "Requests of one address at once. More get 429. `0` means no limit. Behind a proxy, set "
                        + "`trusted-proxies` as well, or all clients count as one.")
        int maxRequestsAtOnce,

        @ConfigProperty(name = "registry.http.max-threads", defaultValue = "512")
        @Setting(
                unit = "threads",
                min = "1",
                help = "How many requests are served at once. At most three quarters of them may be requests "
                        + "that a thread may have to wait for; more of these get 503. "
                        + "`wildfly-config/undertow.cli` reads this key too.")
        int maxThreads,

        @ConfigProperty(name = "registry.http.max-uploads", defaultValue = "256")
        @Setting(unit = "uploads", min = "0", help = "Uploads of one caller at once. `0` means no limit.")
        int maxUploads,

        @ConfigProperty(name = "registry.http.max-url-length", defaultValue = "16384")
        @Setting(
                unit = "characters",
                min = "1",
                max = "24576",
                help = "Length of the URL with its query. More get 414.")
        int maxUrlLength,

        @ConfigProperty(name = "registry.http.max-header-size", defaultValue = "65536")
        @Setting(unit = "bytes", min = "1", max = "98304", help = "Size of all headers together. More get 431.")
        int maxHeaderSize,

        @ConfigProperty(name = "registry.http.max-manifest-size", defaultValue = "4194304")
        @Setting(
                unit = "bytes",
                min = "1",
                max = "" + LimitConfig.MAX_MANIFEST,
                help = "Size of a manifest. More get 413.")
        int maxManifestSize,

        @ConfigProperty(name = "registry.http.max-form-size", defaultValue = "65536")
        @Setting(unit = "bytes", min = "1", max = "2147483646", help = "Size of a form sent to `/auth/token`.")
        int maxFormSize,

        @ConfigProperty(name = "registry.http.max-json-depth", defaultValue = "100")
        @Setting(
                min = "1",
                max = "" + LimitConfig.MAX_DEPTH,
                help = "How deep arrays and objects may be nested in a manifest.")
        int maxJsonDepth,

        @ConfigProperty(name = "registry.http.min-body-rate", defaultValue = "100")
        @Setting(unit = "bytes a second", min = "0", help = "The rate at which a body must arrive. `0` means any rate.")
        int minBodyRate,

        @ConfigProperty(name = "registry.http.body-patience", defaultValue = "PT90S")
        @Setting(
                above = "PT0S",
                help = "How far a body may fall behind that rate. Only the time in which the server waits for "
                        + "it counts, and bytes that arrived early earn no credit.")
        Duration bodyPatience,

        @ConfigProperty(name = "registry.http.min-answer-rate", defaultValue = "1000")
        @Setting(
                unit = "bytes a second",
                min = "0",
                help = "The rate at which a client must take an answer. Otherwise its connection is closed. `0` "
                        + "means any rate.")
        int minAnswerRate,

        @ConfigProperty(name = "registry.http.answer-patience", defaultValue = "PT90S")
        @Setting(above = "PT0S", help = "How far a client may fall behind that rate.")
        Duration answerPatience,

        @ConfigProperty(name = "registry.auth.max-failures", defaultValue = "20")
        @Setting(unit = "logins", min = "1", help = "Failed logins of one address, or for one user, before 429.")
        int maxFailures,

        @ConfigProperty(name = "registry.auth.failure-window", defaultValue = "PT1M")
        @Setting(above = "PT0S", help = "The time in which those failures are counted. The 429s last until it ends.")
        Duration failureWindow) {
    /** The size that every registry must accept (spec, "Pushing manifests"), and our maximum. */
    static final int MAX_MANIFEST = 4 * 1024 * 1024;

    /** The depth of the JSON parser that reads manifests from disk. */
    static final int MAX_DEPTH = 1000;

    @Inject
    public LimitConfig {}
}
