package org.fedoraproject.registry.edge;

import java.util.Optional;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;

/**
 * The target of a request. Only this class knows the grammar of paths that are authorised. It reads a path from its end,
 * because the name of a repository may contain the words of any endpoint. A slash at the end is ignored.
 *
 * @param repository empty if the endpoint has none
 * @param reference the tag, digest or upload id, decoded but not validated; empty if there is none
 * @param path the source of the other values
 */
public record RequestTarget(
        Endpoint endpoint, Optional<RepositoryName> repository, String reference, RequestPath path) {
    private static final String ROOT = "/v2";
    private static final String PREFIX = ROOT + "/";
    private static final String REPOSITORIES = "/api/v1/repositories";
    private static final String TAGS = "/tags";
    private static final String PAGES = "/r/";
    private static final String ICONS = "/app-icons/";
    private static final String ICON = ".png";

    public RequestTarget {
        if (endpoint.isOfRepository() != repository.isPresent()) {
            throw new IllegalArgumentException(endpoint + " of " + repository);
        }
    }

    /** @throws RegistryException {@code NAME_INVALID} if the repository name is invalid */
    static RequestTarget parse(RequestPath path) {
        String text = path.decoded();
        if (text.equals(ROOT) || text.equals(PREFIX)) {
            return withoutName(Endpoint.BASE, path);
        }
        if (!text.startsWith(PREFIX)) {
            return api(path);
        }
        int end = text.endsWith("/") ? text.length() - 1 : text.length();
        int lastSlash = text.lastIndexOf('/', end - 1);
        int slashBefore = text.lastIndexOf('/', lastSlash - 1);
        String last = text.substring(lastSlash + 1, end);
        return switch (text.substring(slashBefore + 1, lastSlash)) {
            case "manifests" -> named(Endpoint.MANIFEST, path, slashBefore, last);
            case "referrers" -> named(Endpoint.REFERRERS, path, slashBefore, last);
            case "blobs" ->
                last.equals("uploads")
                        ? named(Endpoint.UPLOADS, path, slashBefore, "")
                        : named(Endpoint.BLOB, path, slashBefore, last);
            case "uploads" -> upload(path, slashBefore, last);
            case "tags" ->
                last.equals("list") ? named(Endpoint.TAGS, path, slashBefore, "") : withoutName(Endpoint.UNKNOWN, path);
            default ->
                withoutName(
                        text.startsWith("_catalog", PREFIX.length()) && end == PREFIX.length() + "_catalog".length()
                                ? Endpoint.CATALOG
                                : Endpoint.UNKNOWN,
                        path);
        };
    }

    /** Reads {@code /api/v1/repositories}, with {@code /<name>/tags} behind it or without. */
    private static RequestTarget api(RequestPath path) {
        String text = path.decoded();
        if (!text.startsWith("/api/")) {
            return isPage(path) ? page(path) : flatpak(path);
        }
        String plain = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        if (plain.equals(REPOSITORIES)) {
            return withoutName(Endpoint.REPOSITORIES, path);
        }
        int nameStart = REPOSITORIES.length() + 1;
        int nameEnd = plain.length() - TAGS.length();
        if (!plain.startsWith(REPOSITORIES + "/") || !plain.endsWith(TAGS) || nameEnd <= nameStart) {
            return withoutName(Endpoint.UNKNOWN, path);
        }
        RepositoryName name = RepositoryName.parse(plain.substring(nameStart, nameEnd));
        return new RequestTarget(Endpoint.REPOSITORY_TAGS, Optional.of(name), "", path);
    }

    /** Whether the path is that of a page for people, valid or not. */
    static boolean isPage(RequestPath path) {
        String text = path.decoded();
        return text.equals("/") || text.equals("/r") || text.startsWith(PAGES);
    }

    /** What follows {@code /r/} is what follows the host in {@code podman pull}. */
    private static RequestTarget page(RequestPath path) {
        String text = path.decoded();
        if (text.length() <= PAGES.length()) {
            return withoutName(Endpoint.HOME_PAGE, path);
        }
        String image = text.substring(PAGES.length(), text.endsWith("/") ? text.length() - 1 : text.length());
        int last = image.lastIndexOf('/') + 1;
        int colon = image.indexOf(':', last);
        int at = image.indexOf('@', last);
        if (colon < 0 && at < 0) {
            return new RequestTarget(Endpoint.REPOSITORY_PAGE, Optional.of(RepositoryName.parse(image)), "", path);
        }
        int end = colon < 0 || at >= 0 && at < colon ? at : colon;
        RepositoryName name = RepositoryName.parse(image.substring(0, end));
        String reference = image.substring(Math.max(end, at) + 1); // with a tag and a digest, the digest counts
        return new RequestTarget(Endpoint.MANIFEST_PAGE, Optional.of(name), reference, path);
    }

    private static RequestTarget flatpak(RequestPath path) {
        String text = path.decoded();
        int slash = text.indexOf('/', ICONS.length());
        if (text.startsWith(ICONS) && slash > 0 && text.endsWith(ICON) && text.indexOf('/', slash + 1) < 0) {
            String hex = text.substring(slash + 1, text.length() - ICON.length());
            String digest = text.substring(ICONS.length(), slash) + ":" + hex;
            return new RequestTarget(Endpoint.FLATPAK_ICON, Optional.empty(), digest, path);
        }
        return withoutName(
                switch (text) {
                    case "/index/static" -> Endpoint.FLATPAK_STATIC;
                    case "/index/dynamic" -> Endpoint.FLATPAK_DYNAMIC;
                    default -> Endpoint.UNKNOWN;
                },
                path);
    }

    /** Reads {@code <name>/blobs} before {@code /uploads/<id>}. */
    private static RequestTarget upload(RequestPath path, int end, String id) {
        int slash = path.decoded().lastIndexOf('/', end - 1);
        return path.decoded().substring(slash + 1, end).equals("blobs")
                ? named(Endpoint.UPLOAD, path, slash, id)
                : withoutName(Endpoint.UNKNOWN, path);
    }

    /** If nothing precedes the words of the endpoint, the path is unknown. */
    private static RequestTarget named(Endpoint endpoint, RequestPath path, int nameEnd, String reference) {
        if (nameEnd <= PREFIX.length()) {
            return withoutName(Endpoint.UNKNOWN, path);
        }
        String name = path.decoded().substring(PREFIX.length(), nameEnd);
        return new RequestTarget(endpoint, Optional.of(RepositoryName.parse(name)), reference, path);
    }

    private static RequestTarget withoutName(Endpoint endpoint, RequestPath path) {
        return new RequestTarget(endpoint, Optional.empty(), "", path);
    }

    /**
     * The action that the policy must allow. Cancelling an upload is part of a push; an unknown method counts as a
     * write.
     */
    Action action(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> endpoint.isCatalog() ? Action.CATALOG : Action.PULL;
            case "DELETE" -> endpoint == Endpoint.UPLOAD || endpoint == Endpoint.UPLOADS ? Action.PUSH : Action.DELETE;
            default -> Action.PUSH;
        };
    }
}
