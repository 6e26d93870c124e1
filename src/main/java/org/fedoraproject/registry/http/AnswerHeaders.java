package org.fedoraproject.registry.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** The headers that clients expect on all answers, errors included. */
public final class AnswerHeaders {
    /** The header with the request id. */
    public static final String REQUEST_ID = "X-Request-Id";

    private static final String API = "/v2/";

    private static final Pattern HARMLESS_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private AnswerHeaders() {}

    /**
     * Sets the headers.
     *
     * @param requestId the client's, to follow a request through proxies; {@code null} if there is none
     * @return the request id for the log: the client's if it is harmless there, otherwise a new one
     */
    public static String add(BiConsumer<String, String> answer, String path, String requestId) {
        answer.accept("Docker-Distribution-API-Version", "registry/2.0");
        answer.accept("X-Content-Type-Options", "nosniff");
        if (path.startsWith(API)) {
            answer.accept("Content-Security-Policy", "sandbox"); // pushed content never runs in a browser
        }
        String id = requestId != null && HARMLESS_ID.matcher(requestId).matches() ? requestId : anyId();
        answer.accept(REQUEST_ID, id);
        return id;
    }

    /** Need not be hard to guess. {@link UUID#randomUUID} makes all threads wait for one generator. */
    private static String anyId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
