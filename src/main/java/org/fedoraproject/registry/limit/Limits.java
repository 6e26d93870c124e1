package org.fedoraproject.registry.limit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/** Checks the size of requests, and counts the refusals of every limit. */
@Singleton
public class Limits {
    /** In each header line, beside name and value. */
    private static final int HEADER_OVERHEAD = ": \r\n".length();

    private final LimitConfig config;
    private final Map<LimitKind, AtomicLong> refusals = new EnumMap<>(LimitKind.class);

    @Inject
    public Limits(LimitConfig config) {
        this.config = config;
        for (LimitKind each : LimitKind.values()) {
            refusals.put(each, new AtomicLong());
        }
    }

    /** How many requests this limit has refused. */
    public long count(LimitKind limit) {
        return refusals.get(limit).get();
    }

    public void refused(LimitKind limit) {
        refusals.get(limit).incrementAndGet();
    }

    /**
     * Whether a URL exceeds the limit; if so, counts it.
     *
     * @param query {@code null} if there is none
     */
    public boolean isUrlTooLong(String path, String query) {
        long length = (long) path.length() + (query == null ? 0 : 1 + query.length());
        return isBeyond(length, config.maxUrlLength(), LimitKind.URL);
    }

    /** Whether all headers together exceed the limit; if so, counts it. */
    public boolean areHeadersTooLong(HttpServletRequest request) {
        return isBeyond(headerSize(request), config.maxHeaderSize(), LimitKind.HEADERS);
    }

    private boolean isBeyond(long size, long max, LimitKind limit) {
        if (size > max) {
            refused(limit);
        }
        return size > max;
    }

    /** Counts and returns the refusal of a body of more than {@code max} bytes. */
    public RegistryException bodyTooLarge(String what, int max) {
        refused(LimitKind.BODY);
        return RegistryException.of(ErrorCode.CONTENT_TOO_LARGE, what + " has at most " + max + " bytes");
    }

    private static long headerSize(HttpServletRequest request) {
        long size = 0;
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                size += name.length() + value.length() + HEADER_OVERHEAD;
            }
        }
        return size;
    }
}
