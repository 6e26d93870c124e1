package org.fedoraproject.registry.limit;

import java.time.Duration;

/** The limits as they are by default, to be changed by tests before they are made. */
public final class LimitSettings {
    public int maxRequests;
    public Duration requestWindow = Duration.ofMinutes(1);
    int maxRequestsAtOnce = 128;
    int maxThreads = 512;
    public int maxUploads = 256;
    int maxUrlLength = 16_384;
    public int maxHeaderSize = 65_536;
    int minBodyRate = 100;
    Duration bodyPatience = Duration.ofSeconds(90);
    int minAnswerRate = 1000;
    Duration answerPatience = Duration.ofSeconds(90);
    public int maxFailures = 20;
    Duration failureWindow = Duration.ofMinutes(1);

    public LimitConfig config() {
        return new LimitConfig(
                maxRequests,
                requestWindow,
                maxRequestsAtOnce,
                maxThreads,
                maxUploads,
                maxUrlLength,
                maxHeaderSize,
                minBodyRate,
                bodyPatience,
                minAnswerRate,
                answerPatience,
                maxFailures,
                failureWindow);
    }
}
