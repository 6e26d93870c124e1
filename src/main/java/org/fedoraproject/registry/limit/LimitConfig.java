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
                help = "How many requests a caller may send in the window `registry.http.request-window`. They "
                        + "may come all at once. `0` means no limit.")
        int maxRequests,

        @ConfigProperty(name = "registry.http.request-window", defaultValue = "PT1M")
        @Setting(above = "PT0S", help = "The length of that window.")
        Duration requestWindow,

        @ConfigProperty(name = "registry.http.max-requests-at-once", defaultValue = "128")
        @Setting(
                unit = "requests",
                min = "0",
                help = "How many requests an address may have at once. Further requests get 429. `0` means no "
                        + "limit. Behind a proxy, set `registry.http.trusted-proxies` as well, or all clients "
                        + "count as one.")
        int maxRequestsAtOnce,

        @ConfigProperty(name = "registry.http.max-threads", defaultValue = "512")
        @Setting(
                unit = "threads",
                min = "1",
                help = "How many threads answer requests. At most three quarters of them may wait for clients. "
                        + "Long requests beyond that get 503. `wildfly-config/undertow.cli` reads this key too.")
        int maxThreads,

        @ConfigProperty(name = "registry.http.max-uploads", defaultValue = "256")
        @Setting(
                unit = "uploads",
                min = "0",
                help = "How many uploads a caller may have in progress. `0` means no limit.")
        int maxUploads,

        @ConfigProperty(name = "registry.http.max-url-length", defaultValue = "16384")
        @Setting(
                unit = "characters",
                min = "1",
                max = "24576",
                help = "Most characters of a URL with its query. A longer URL gets 414.")
        int maxUrlLength,

        @ConfigProperty(name = "registry.http.max-header-size", defaultValue = "65536")
        @Setting(unit = "bytes", min = "1", max = "98304", help = "Most bytes of all headers together. More get 431.")
        int maxHeaderSize,

        @ConfigProperty(name = "registry.http.min-body-rate", defaultValue = "100")
        @Setting(
                unit = "bytes a second",
                min = "0",
                help = "Bytes a second at which a body must arrive. A body that falls behind by more than "
                        + "`registry.http.body-patience` is ended. `0` means any rate.")
        int minBodyRate,

        @ConfigProperty(name = "registry.http.body-patience", defaultValue = "PT90S")
        @Setting(
                above = "PT0S",
                help = "How far a body may fall behind `registry.http.min-body-rate`. Only the time counts in "
                        + "which the server waits for the client. Bytes that arrive early earn no credit.")
        Duration bodyPatience,

        @ConfigProperty(name = "registry.http.min-answer-rate", defaultValue = "1000")
        @Setting(
                unit = "bytes a second",
                min = "0",
                help = "Bytes a second at which a client must take an answer. If it falls behind by more than "
                        + "`registry.http.answer-patience`, its connection is closed. `0` means any rate.")
        int minAnswerRate,

        @ConfigProperty(name = "registry.http.answer-patience", defaultValue = "PT90S")
        @Setting(above = "PT0S", help = "How far a client may fall behind `registry.http.min-answer-rate`.")
        Duration answerPatience,

        @ConfigProperty(name = "registry.auth.max-failures", defaultValue = "20")
        @Setting(
                unit = "logins",
                min = "1",
                help = "How many logins from one address, or of one user, may fail in the window. Further "
                        + "logins get 429.")
        int maxFailures,

        @ConfigProperty(name = "registry.auth.failure-window", defaultValue = "PT1M")
        @Setting(above = "PT0S", help = "The length of that window. Logins get 429 until it ends.")
        Duration failureWindow) {
    @Inject
    public LimitConfig {}
}
