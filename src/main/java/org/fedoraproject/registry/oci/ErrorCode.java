package org.fedoraproject.registry.oci;

/**
 * The error codes of the OCI Distribution Specification ("Error Codes", code-1 to code-14), those that
 * docker-distribution adds, and our own, each with its HTTP status.
 */
public enum ErrorCode {
    BLOB_UNKNOWN(404, "blob unknown to registry"),
    BLOB_UPLOAD_INVALID(400, "blob upload invalid"),
    BLOB_UPLOAD_UNKNOWN(404, "blob upload unknown to registry"),
    DIGEST_INVALID(400, "provided digest did not match uploaded content, or is not a digest"),
    MANIFEST_BLOB_UNKNOWN(400, "manifest references a manifest or blob unknown to registry"),
    MANIFEST_INVALID(400, "manifest invalid"),
    MANIFEST_UNKNOWN(404, "manifest unknown to registry"),
    NAME_INVALID(400, "invalid repository name"),
    NAME_UNKNOWN(404, "repository name not known to registry"),
    SIZE_INVALID(400, "provided length did not match content length"),
    UNAUTHORIZED(401, "authentication required"),
    DENIED(403, "requested access to the resource is denied"),
    UNSUPPORTED(405, "the operation is unsupported"),
    TOOMANYREQUESTS(429, "too many requests"),

    PAGINATION_NUMBER_INVALID(400, "invalid number of results requested"),
    RANGE_INVALID(416, "invalid content range"),
    TAG_INVALID(400, "not a tag"),
    UNKNOWN(500, "unknown error"),

    CONTENT_TOO_LARGE(413, "content larger than the registry takes"),
    STORAGE_FULL(507, "the storage is full"),
    UNAVAILABLE(503, "temporarily unavailable");

    private final int status;
    private final String message;

    ErrorCode(int status, String message) {
        this.status = status;
        this.message = message;
    }

    public int status() {
        return status;
    }

    /** A short text for people; the {@link RegistryException} has the details. */
    public String message() {
        return message;
    }

    /** The code for a failure with only an HTTP status, such as an error from the container. */
    public static ErrorCode ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHORIZED;
            case 403 -> DENIED;
            case 411 -> SIZE_INVALID;
            case 413 -> CONTENT_TOO_LARGE;
            case 414 -> NAME_INVALID;
            case 416 -> RANGE_INVALID;
            case 429 -> TOOMANYREQUESTS;
            case 503 -> UNAVAILABLE;
            case 507 -> STORAGE_FULL;
            default -> status >= 500 ? UNKNOWN : UNSUPPORTED;
        };
    }
}
