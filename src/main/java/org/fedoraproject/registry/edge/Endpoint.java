package org.fedoraproject.registry.edge;

/** The endpoint that a path names, with the numbers of the specification. */
public enum Endpoint {
    /** {@code /v2/} (end-1). */
    BASE("/", false),
    /** {@code /v2/_catalog}. */
    CATALOG("/catalog", false),
    /** {@code /v2/<name>/blobs/uploads/} (end-4a, end-4b, end-11). */
    UPLOADS("/uploads", true),
    /** {@code /v2/<name>/blobs/uploads/<id>} (end-5, end-6, end-13). */
    UPLOAD("/upload", true),
    /** {@code /v2/<name>/blobs/<digest>} (end-2, end-10). */
    BLOB("/blob", true),
    /** {@code /v2/<name>/manifests/<reference>} (end-3, end-7, end-9). */
    MANIFEST("/manifest", true),
    /** {@code /v2/<name>/tags/list} (end-8a, end-8b). */
    TAGS("/tags", true),
    /** {@code /v2/<name>/referrers/<digest>} (end-12a, end-12b). */
    REFERRERS("/referrers", true),
    /** {@code /api/v1/repositories}. */
    REPOSITORIES("/repositories", false),
    /** {@code /api/v1/repositories/<name>/tags}. */
    REPOSITORY_TAGS("/repository-tags", true),
    /** {@code /index/static}: has only what everybody may pull. */
    FLATPAK_STATIC("/static", false),
    /** {@code /index/dynamic}: has only what the caller may pull. */
    FLATPAK_DYNAMIC("/dynamic", false),
    /** {@code /app-icons/<algorithm>/<hex>.png}. */
    FLATPAK_ICON("/icon", false),
    /** {@code /} for browsers, and {@code /r/}: the front page. */
    HOME_PAGE("/home-page", false),
    /** {@code /r/<name>}: the page of a repository. */
    REPOSITORY_PAGE("/repository-page", true),
    /** {@code /r/<name>:<tag>} and {@code /r/<name>@<digest>}: the page of a manifest. */
    MANIFEST_PAGE("/manifest-page", true),
    /** Tells why there is no page. No path names it. */
    ERROR_PAGE("/error-page", false),
    /** Any other path. No resource answers it. */
    UNKNOWN("/unknown", false);

    private final String resource;
    private final boolean isOfRepository;

    Endpoint(String resource, boolean isOfRepository) {
        this.resource = resource;
        this.isOfRepository = isOfRepository;
    }

    /** The {@code @Path} of the JAX-RS resource that answers; for Flatpaks, a servlet does. */
    public String resource() {
        return resource;
    }

    /** The {@code @ApplicationPath} of that resource's application. */
    String application() {
        return switch (this) {
            case REPOSITORIES, REPOSITORY_TAGS -> "/api/v1";
            case FLATPAK_STATIC, FLATPAK_DYNAMIC, FLATPAK_ICON -> "/index";
            case HOME_PAGE, REPOSITORY_PAGE, MANIFEST_PAGE, ERROR_PAGE -> "/r";
            default -> "/v2";
        };
    }

    /** Whether it is about Flatpaks. Everybody may ask, because the answer has only what the caller may pull. */
    public boolean isOfFlatpaks() {
        return this == FLATPAK_STATIC || this == FLATPAK_DYNAMIC || this == FLATPAK_ICON;
    }

    /** Whether it is a page for people. It shows what the caller may pull, and is not there for others. */
    public boolean isPage() {
        return switch (this) {
            case HOME_PAGE, REPOSITORY_PAGE, MANIFEST_PAGE, ERROR_PAGE -> true;
            default -> false;
        };
    }

    /** Whether it lists repositories, and names none itself. */
    boolean isCatalog() {
        return this == CATALOG || this == REPOSITORIES;
    }

    /** Whether the path names a repository. */
    public boolean isOfRepository() {
        return isOfRepository;
    }
}
