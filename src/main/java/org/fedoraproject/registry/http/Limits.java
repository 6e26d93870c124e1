package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/** What is asked of a request's size, and how often a request was beyond any of the limits. */
@Singleton
public class Limits {
    /** Of a header's line, beside name and value. */
    private static final int HEADER_OVERHEAD = ": \r\n".length();

    private final LimitConfig config;
    private final Map<Limit, AtomicLong> refusals = new EnumMap<>(Limit.class);

    @Inject
    public Limits(LimitConfig config) {
        this.config = config;
        for (Limit each : Limit.values()) {
            refusals.put(each, new AtomicLong());
        }
    }

    /** How often a request was refused for this limit's sake. */
    public long count(Limit limit) {
        return refusals.get(limit).get();
    }

    public void refused(Limit limit) {
        refusals.get(limit).incrementAndGet();
    }

    /**
     * Whether a URL is beyond the limit, which then is counted.
     *
     * @param query {@code null} where there is none
     */
    public boolean isUrlTooLong(String path, String query) {
        long length = (long) path.length() + (query == null ? 0 : 1 + query.length());
        return isBeyond(length, config.maxUrlLength(), Limit.URL);
    }

    /** The same for all headers together. */
    public boolean areHeadersTooLong(HttpServletRequest request) {
        return isBeyond(headerSize(request), config.maxHeaderSize(), Limit.HEADERS);
    }

    private boolean isBeyond(long size, long max, Limit limit) {
        if (size > max) {
            refused(limit);
        }
        return size > max;
    }

    /** The refusal of a body of more than {@code max} bytes, counted. */
    public RegistryException bodyTooLarge(String what, int max) {
        refused(Limit.BODY);
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
