package org.fedoraproject.registry.testing;

import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.edge.Endpoint;

/**
 * Makes paths by the grammar of the API, each written in one of the ways in which clients may write it: with any character
 * escaped that may be, and with or without a slash at the end.
 */
public final class RequestTargets {
    /** Names that look like endpoints are what readers of paths stumble over. */
    private static final List<String> WORDS = List.of(
            "app",
            "open",
            "secret",
            "manifests",
            "blobs",
            "uploads",
            "tags",
            "list",
            "referrers",
            "latest",
            "v2",
            "a.b",
            "x--y");

    private final Fuzzer fuzzer;
    private final List<String> names;

    /**
     * A path, and what must be read from it.
     *
     * @param name empty where the endpoint is not about a repository
     * @param reference empty where there is none
     * @param uri how it is written
     */
    public record Written(Endpoint endpoint, String name, String reference, String uri) {}

    /** @param names of which half of the paths are */
    public RequestTargets(Fuzzer fuzzer, List<String> names) {
        this.fuzzer = fuzzer;
        this.names = List.copyOf(names);
    }

    /** Of an endpoint that is about a repository, or of another one. */
    public Written next(List<String> references) {
        Endpoint endpoint = fuzzer.pick(Stream.of(Endpoint.values())
                .filter(each -> !each.isOfFlatpaks() && each != Endpoint.ERROR_PAGE)
                .toList());
        String name = endpoint.isOfRepository() ? name() : "";
        String reference = hasReference(endpoint) ? reference(endpoint, references) : "";
        String path = switch (endpoint) {
            case BASE -> "";
            case CATALOG -> "_catalog";
            case REPOSITORIES -> "repositories";
            case REPOSITORY_TAGS -> "repositories/" + name + "/tags";
            case UPLOADS -> name + "/blobs/uploads";
            case UPLOAD -> name + "/blobs/uploads/" + reference;
            case BLOB -> name + "/blobs/" + reference;
            case MANIFEST -> name + "/manifests/" + reference;
            case TAGS -> name + "/tags/list";
            case REFERRERS -> name + "/referrers/" + reference;
            case HOME_PAGE -> "";
            case REPOSITORY_PAGE -> name;
            case MANIFEST_PAGE -> name + fuzzer.pick(List.of(":", "@", ":latest@")) + reference;
            case FLATPAK_STATIC, FLATPAK_DYNAMIC, FLATPAK_ICON, ERROR_PAGE ->
                throw new IllegalStateException("has one path only, or none");
            case UNKNOWN -> "unknown/" + fuzzer.pick(List.of("app", "latest", "list"));
        };
        String end = endpoint != Endpoint.BASE && endpoint != Endpoint.HOME_PAGE && fuzzer.below(4) == 0 ? "/" : "";
        return new Written(endpoint, name, reference, root(endpoint) + spelled(path + end));
    }

    private static String root(Endpoint endpoint) {
        return switch (endpoint) {
            case REPOSITORIES, REPOSITORY_TAGS -> "/api/v1/";
            case HOME_PAGE, REPOSITORY_PAGE, MANIFEST_PAGE -> "/r/";
            default -> "/v2/";
        };
    }

    private static boolean hasReference(Endpoint endpoint) {
        return switch (endpoint) {
            case UPLOAD, BLOB, MANIFEST, REFERRERS, MANIFEST_PAGE -> true;
            default -> false;
        };
    }

    /** A blob that is called {@code uploads} would be where uploads begin. */
    private String reference(Endpoint endpoint, List<String> references) {
        String reference = fuzzer.below(4) == 0 ? fuzzer.pick(WORDS) : fuzzer.pick(references);
        return endpoint == Endpoint.BLOB && reference.equals("uploads") ? "latest" : reference;
    }

    private String name() {
        if (!names.isEmpty() && fuzzer.below(2) == 0) {
            return fuzzer.pick(names);
        }
        StringBuilder name = new StringBuilder(fuzzer.pick(WORDS));
        for (int more = fuzzer.below(4); more > 0; more--) {
            name.append('/').append(fuzzer.pick(WORDS));
        }
        return name.toString();
    }

    /** Half of them plainly. */
    private String spelled(String path) {
        if (fuzzer.below(2) == 0) {
            return path;
        }
        StringBuilder spelled = new StringBuilder();
        int rarely = 1 + fuzzer.below(8);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '.' && fuzzer.below(rarely) == 0) {
                spelled.append((fuzzer.below(2) == 0 ? "%%%02x" : "%%%02X").formatted((int) c));
            } else {
                spelled.append(c);
            }
        }
        return spelled.toString();
    }
}
