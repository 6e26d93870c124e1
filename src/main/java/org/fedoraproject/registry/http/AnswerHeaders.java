package org.fedoraproject.registry.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** What clients look for on all answers, also on errors, whoever gives them. */
public final class AnswerHeaders {
    /** The header with the request's id. */
    public static final String REQUEST_ID = "X-Request-Id";

    private static final String API = "/v2/";

    private static final Pattern HARMLESS_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private AnswerHeaders() {}

    /**
     * Sets them.
     *
     * @param requestId the client's, so that a request can be followed through proxies; {@code null} where there is none
     * @return the request's id for the log: that one, where it is harmless there
     */
    public static String add(BiConsumer<String, String> answer, String path, String requestId) {
        answer.accept("Docker-Distribution-API-Version", "registry/2.0");
        answer.accept("X-Content-Type-Options", "nosniff");
        if (path.startsWith(API)) {
            answer.accept("Content-Security-Policy", "sandbox"); // whatever was pushed runs in no browser
        }
        String id = requestId != null && HARMLESS_ID.matcher(requestId).matches() ? requestId : anyId();
        answer.accept(REQUEST_ID, id);
        return id;
    }

    /** Need not be hard to guess, and {@link UUID#randomUUID} has all threads wait for one generator. */
    private static String anyId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
