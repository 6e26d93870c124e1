package org.fedoraproject.registry.auth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * What a request below {@code /v2/} wants, as the templates of the JAX-RS resources take it apart. What this cannot read they
 * need not see.
 *
 * @param kind the endpoint
 * @param repository empty for what is of no repository
 * @param reference the tag, digest or upload, as it was asked for; empty where there is none
 */
record Asked(Kind kind, Optional<RepositoryName> repository, String reference, Action action) {
    /** The URL templates, and a slash at the end, which RESTEasy overlooks. */
    enum Kind {
        BASE("/v2", "/v2/?"),
        CATALOG("/_catalog", "/v2/_catalog/?"),
        UPLOADS("/blobs/uploads", "/v2/(?<name>.+)/blobs/uploads/?"),
        UPLOAD("/blobs/uploads/", "/v2/(?<name>.+)/blobs/uploads/(?<reference>[^/]+)/?"),
        BLOB("/blobs/", "/v2/(?<name>.+)/blobs/(?<reference>[^/]+)/?"),
        MANIFEST("/manifests/", "/v2/(?<name>.+)/manifests/(?<reference>[^/]+)/?"),
        TAGS("/tags/list", "/v2/(?<name>.+)/tags/list/?"),
        REFERRERS("/referrers/", "/v2/(?<name>.+)/referrers/(?<reference>[^/]+)/?");

        /** What every such path has in it; cheaper to look for than the pattern to fail. */
        private final String part;

        private final Pattern pattern;

        Kind(String part, String pattern) {
            this.part = part;
            this.pattern = Pattern.compile(pattern);
        }

        private boolean hasName() {
            return this != BASE && this != CATALOG;
        }

        private boolean hasReference() {
            return pattern.pattern().contains("<reference>");
        }
    }

    /**
     * Takes a request apart.
     *
     * @param uri the path as it was sent
     * @return empty where no resource of ours answers to it
     * @throws RegistryException {@code NAME_INVALID}
     */
    static Optional<Asked> parse(String method, String uri) {
        String path = decode(uri);
        if (path == null) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (!path.contains(kind.part)) {
                continue;
            }
            Matcher matcher = kind.pattern.matcher(path);
            if (matcher.matches()) {
                String name = kind.hasName() ? matcher.group("name") : "";
                return Optional.of(new Asked(
                        kind,
                        Optional.of(name).filter(text -> !text.isEmpty()).map(RepositoryName::parse),
                        kind.hasReference() ? matcher.group("reference") : "",
                        action(kind, method)));
            }
        }
        return Optional.empty();
    }

    /** Whoever ends an upload is pushing, and what is no method of ours is a write until a resource refuses it. */
    private static Action action(Kind kind, String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> kind == Kind.CATALOG ? Action.CATALOG : Action.PULL;
            case "DELETE" -> kind == Kind.UPLOAD || kind == Kind.UPLOADS ? Action.PUSH : Action.DELETE;
            default -> Action.PUSH;
        };
    }

    private static String decode(String uri) {
        if (uri.indexOf('%') < 0) {
            return uri;
        }
        try {
            return URLDecoder.decode(uri.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
