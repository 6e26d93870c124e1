package org.fedoraproject.registry.oci;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An error response of the specification: its code, the details that say what is wrong, and its response headers. It has
 * a stack trace only if the fault is ours: a trace costs more than the rest of a 401.
 */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final int MAX_DETAILS = 100;

    private final ErrorCode code;
    private final int status;
    private final List<String> details;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private transient QuotaExcess excess;

    private RegistryException(ErrorCode code, String detail, Throwable cause) {
        this(code, code.status(), Collections.singletonList(detail), cause);
    }

    private RegistryException(ErrorCode code, int status, List<String> details, Throwable cause) {
        super(String.join("; ", details), cause, true, status >= 500);
        this.code = code;
        this.status = status;
        this.details = Collections.unmodifiableList(details);
    }

    public static RegistryException of(ErrorCode code, String detail) {
        return new RegistryException(code, detail, null);
    }

    /** One about which there is nothing to add to its code. */
    public static RegistryException of(ErrorCode code) {
        return new RegistryException(code, (String) null, null);
    }

    /**
     * Several faults of one kind, each an error of its own in the response; only the first {@value #MAX_DETAILS} are
     * reported.
     */
    public static RegistryException of(ErrorCode code, List<String> details) {
        return new RegistryException(
                code, code.status(), details.stream().limit(MAX_DETAILS).toList(), null);
    }

    /** The path names no endpoint; the specification has no code for this. */
    public static RegistryException endpointUnknown() {
        return new RegistryException(ErrorCode.UNSUPPORTED, 404, Collections.singletonList(null), null);
    }

    /** The query of an endpoint of our own is not valid; the specification has no code for this. */
    public static RegistryException queryInvalid(String detail) {
        return new RegistryException(ErrorCode.UNSUPPORTED, 400, Collections.singletonList(detail), null);
    }

    public static RegistryException digestMismatch(Digest given, Digest computed) {
        return of(ErrorCode.DIGEST_INVALID, "the content is " + computed + ", the digest given is " + given);
    }

    public static RegistryException blobUnknown(RepositoryName name, Digest digest) {
        return of(ErrorCode.BLOB_UNKNOWN, "no blob " + digest + " in " + name);
    }

    public static RegistryException manifestUnknown(RepositoryName name, Reference reference) {
        return of(ErrorCode.MANIFEST_UNKNOWN, "no manifest " + reference + " in " + name);
    }

    public static RegistryException nameUnknown(RepositoryName name) {
        return of(ErrorCode.NAME_UNKNOWN, "no repository " + name);
    }

    public static RegistryException uploadUnknown(String upload) {
        return of(ErrorCode.BLOB_UPLOAD_UNKNOWN, "no upload " + upload);
    }

    /**
     * A request writes to an upload while another one does, but chunks are sequential (spec, "Pushing a blob in
     * chunks").
     */
    public static RegistryException uploadBusy(String detail) {
        return of(ErrorCode.RANGE_INVALID, detail);
    }

    /** A push needs more than a quota has left. */
    public static RegistryException quotaExceeded(String message, QuotaExcess excess) {
        RegistryException refusal = of(ErrorCode.DENIED, message);
        refusal.excess = excess;
        return refusal;
    }

    /** The storage did not answer in time, or not at all; the client may retry after {@code retryAfter}. */
    public static RegistryException unavailable(Duration retryAfter, Throwable cause) {
        return new RegistryException(ErrorCode.UNAVAILABLE, "ask again later", cause)
                .withHeader("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    }

    public static RegistryException storageFull(Throwable cause) {
        return new RegistryException(ErrorCode.STORAGE_FULL, "nothing of this request was kept", cause);
    }

    public static RegistryException storageFault(Throwable cause) {
        return new RegistryException(ErrorCode.UNKNOWN, "the storage failed", cause);
    }

    /** The client disconnected or sent less than it announced; it will hardly read the response. */
    public static RegistryException bodyCut(Throwable cause) {
        return new RegistryException(ErrorCode.BLOB_UPLOAD_INVALID, "the request's body was cut short", cause);
    }

    public RegistryException withHeader(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public ErrorCode code() {
        return code;
    }

    /** The HTTP status of the response. */
    public int status() {
        return status;
    }

    /** At least one. */
    public List<String> details() {
        return details;
    }

    /** If a quota is the reason; then the message is for the client's user, and this is the detail. */
    public Optional<QuotaExcess> excess() {
        return Optional.ofNullable(excess);
    }

    public Map<String, String> headers() {
        return headers;
    }
}
