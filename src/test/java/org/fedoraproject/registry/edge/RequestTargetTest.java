package org.fedoraproject.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            GET    , /v2                              , BASE     , -              , -      , PULL
            GET    , /v2/                             , BASE     , -              , -      , PULL
            GET    , /v2/_catalog                     , CATALOG  , -              , -      , CATALOG
            HEAD   , /v2/_catalog                     , CATALOG  , -              , -      , CATALOG
            GET    , /v2/_catalog/                    , CATALOG  , -              , -      , CATALOG
            POST   , /v2/_catalog                     , CATALOG  , -              , -      , PUSH
            GET    , /v2/a/manifests/latest           , MANIFEST , a              , latest , PULL
            HEAD   , /v2/a/b/manifests/latest         , MANIFEST , a/b            , latest , PULL
            OPTIONS, /v2/a/manifests/latest           , MANIFEST , a              , latest , PULL
            PUT    , /v2/a/manifests/latest           , MANIFEST , a              , latest , PUSH
            DELETE , /v2/a/manifests/latest           , MANIFEST , a              , latest , DELETE
            BREW   , /v2/a/manifests/latest           , MANIFEST , a              , latest , PUSH
            get    , /v2/a/manifests/latest           , MANIFEST , a              , latest , PUSH
            GET    , /v2/a/manifests/latest/          , MANIFEST , a              , latest , PULL
            GET    , /v2/a/manifests/sha256%3Aab      , MANIFEST , a              , sha256:ab, PULL
            GET    , /v2/%61/manifests/latest         , MANIFEST , a              , latest , PULL
            GET    , /v2/a/blobs/sha256:ab            , BLOB     , a              , sha256:ab, PULL
            DELETE , /v2/a/blobs/sha256:ab            , BLOB     , a              , sha256:ab, DELETE
            POST   , /v2/a/blobs/uploads/             , UPLOADS  , a              , -      , PUSH
            POST   , /v2/a/blobs/uploads              , UPLOADS  , a              , -      , PUSH
            GET    , /v2/a/blobs/uploads/x            , UPLOAD   , a              , x      , PULL
            PATCH  , /v2/a/blobs/uploads/x            , UPLOAD   , a              , x      , PUSH
            PUT    , /v2/a/blobs/uploads/x            , UPLOAD   , a              , x      , PUSH
            DELETE , /v2/a/blobs/uploads/x            , UPLOAD   , a              , x      , PUSH
            GET    , /v2/a/tags/list                  , TAGS     , a              , -      , PULL
            GET    , /v2/a/referrers/sha256:ab        , REFERRERS, a              , sha256:ab, PULL
            GET    , /v2/a/manifests/tags/list        , TAGS     , a/manifests    , -      , PULL
            GET    , /v2/a/tags/list/manifests/x      , MANIFEST , a/tags/list    , x      , PULL
            GET    , /v2/a/manifests/b/manifests/c    , MANIFEST , a/manifests/b  , c      , PULL
            POST   , /v2/a/manifests/blobs/uploads/   , UPLOADS  , a/manifests    , -      , PUSH
            GET    , /v2/a/blobs/uploads/blobs/sha256:ab, BLOB   , a/blobs/uploads, sha256:ab, PULL
            GET    , /v2/a/blobs/uploads/manifests/x  , MANIFEST , a/blobs/uploads, x      , PULL
            GET    , /v2/v2/manifests/x               , MANIFEST , v2             , x      , PULL
            GET    , /v2/a%2Fb/manifests/x            , MANIFEST , a/b            , x      , PULL
            GET    , /v2/a%2fmanifests%2Fx            , MANIFEST , a              , x      , PULL
            GET    , /v2/a/m%61nifests/x              , MANIFEST , a              , x      , PULL
            GET    , /v2/a/manifests/x%252Fy          , MANIFEST , a              , x%2Fy  , PULL
            GET    , /v2/a/manifests/x%3By            , MANIFEST , a              , x;y    , PULL
            GET    , /v2/a/blobs/uploads/uploads      , UPLOAD   , a              , uploads, PULL
            GET    , /v2/a/blobs/blobs/uploads        , UPLOADS  , a/blobs        , -      , PULL
            GET    , /v2/a/uploads/blobs/x            , BLOB     , a/uploads      , x      , PULL
            GET    , /v2/blobs/blobs/uploads          , UPLOADS  , blobs          , -      , PULL
            GET    , /api/v1/repositories             , REPOSITORIES, -           , -      , CATALOG
            GET    , /api/v1/repositories/            , REPOSITORIES, -           , -      , CATALOG
            POST   , /api/v1/repositories             , REPOSITORIES, -           , -      , PUSH
            GET    , /api/v1/repositories/a/b/tags    , REPOSITORY_TAGS, a/b      , -      , PULL
            GET    , /api/v1/repositories/a%2Fb/tags/ , REPOSITORY_TAGS, a/b      , -      , PULL
            GET    , /api/v1/repositories/tags/tags   , REPOSITORY_TAGS, tags     , -      , PULL
            DELETE , /api/v1/repositories/a/tags      , REPOSITORY_TAGS, a        , -      , DELETE
            GET    , /index/static                    , FLATPAK_STATIC, -         , -      , PULL
            GET    , /index/dynamic                   , FLATPAK_DYNAMIC, -        , -      , PULL
            GET    , /app-icons/sha256/ab.png         , FLATPAK_ICON, -           , sha256:ab, PULL
            GET    , /                                , HOME_PAGE, -              , -      , PULL
            GET    , /r                               , HOME_PAGE, -              , -      , PULL
            GET    , /r/                              , HOME_PAGE, -              , -      , PULL
            GET    , /r/a/b                           , REPOSITORY_PAGE, a/b      , -      , PULL
            GET    , /r/a%2Fb/                        , REPOSITORY_PAGE, a/b      , -      , PULL
            GET    , /r/a/b:latest                    , MANIFEST_PAGE, a/b        , latest , PULL
            GET    , /r/a/b@sha256:ab                 , MANIFEST_PAGE, a/b        , sha256:ab, PULL
            GET    , /r/a/b:latest@sha256:ab          , MANIFEST_PAGE, a/b        , sha256:ab, PULL
            GET    , /r/a:                            , MANIFEST_PAGE, a          , -      , PULL
            POST   , /r/a:latest                      , MANIFEST_PAGE, a          , latest , PUSH
            GET    , /v2/tags/tags/list/              , TAGS     , tags           , -      , PULL
            GET    , /v2/manifests/manifests/manifests, MANIFEST , manifests      , manifests, PULL
            """)
    void requestIsTakenApart(
            String method, String path, Endpoint endpoint, String name, String reference, Action action) {
        RequestTarget target = parse(path);

        assertThat(target.endpoint()).isEqualTo(endpoint);
        assertThat(target.repository().map(RepositoryName::value).orElse(null)).isEqualTo(name);
        assertThat(target.reference()).isEqualTo(reference == null ? "" : reference);
        assertThat(target.action(method)).isEqualTo(action);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/rx",
                "/v3/",
                "/v2/a",
                "/v2/a/tags",
                "/v2/a/manifests",
                "/v2/manifests/x",
                "/V2/a/manifests/x",
                "/v2x/a/manifests/x",
                "/x/../v2/a/manifests/x",
                "/v2/a/",
                "/v2/a/tags/lists",
                "/v2/a/manifests/x/y",
                "/v2/tags/list",
                "/v2/blobs/uploads",
                "/v2/blobs/uploads/",
                "/v2/blobs/uploads/x",
                "/v2/a/uploads/x",
                "/v2/uploads/x",
                "/v2/_catalog/x",
                "/v2/_catalogs",
                "/auth/token",
                "/api",
                "/api/v1",
                "/api/v2/repositories",
                "/api/v1/repositories/tags",
                "/api/v1/repositories/a",
                "/api/v1/repositoriesa/tags",
                "/index",
                "/index/",
                "/index/static/",
                "/index/static/x",
                "/app-icons/ab.png",
                "/app-icons/sha256/x/ab.png",
                "/app-icons/sha256/ab"
            })
    void whatNoResourceAnswersToIsUnknown(String path) {
        RequestTarget target = parse(path);

        assertThat(target.endpoint()).isEqualTo(Endpoint.UNKNOWN);
        assertThat(target.repository()).isEmpty();
        assertThat(target.reference()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/A/manifests/x",
                "/v2/../manifests/x",
                "/v2/a/../b/manifests/x",
                "/v2/a%2Fb%2F../manifests/x",
                "/v2/a//manifests/x",
                "/v2//manifests/x",
                "/v2/a/manifests/%zz",
                "/v2/%",
                "/v2/a%00/manifests/x",
                "/v2/a;b/manifests/x",
                "/v2/a+b/manifests/x",
                "/v2/%C3%A9/manifests/x",
                "/v2/_catalog/tags/list",
                "/api/v1/repositories/A/tags",
                "/api/v1/repositories/a/../tags",
                "/api/v1/repositories//tags"
            })
    void nameThatIsNoneIsRefused(String path) {
        assertRefused(ErrorCode.NAME_INVALID, () -> parse(path));
    }

    private static RequestTarget parse(String path) {
        return RequestTarget.parse(RequestPath.parse(path));
    }
}
