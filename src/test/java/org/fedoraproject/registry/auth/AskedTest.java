package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedTest {
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
            """)
    void requestIsTakenApart(
            String method, String path, Asked.Kind kind, String name, String reference, Action action) {
        Asked asked = Asked.parse(method, path).orElseThrow();

        assertThat(asked.kind()).isEqualTo(kind);
        assertThat(asked.repository().map(RepositoryName::value).orElse(null)).isEqualTo(name);
        assertThat(asked.reference()).isEqualTo(reference == null ? "" : reference);
        assertThat(asked.action()).isEqualTo(action);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v3/",
                "/v2/a",
                "/v2/a/tags",
                "/v2/a/manifests",
                "/v2/manifests/x",
                "/v2//manifests/x",
                "/v2/a/manifests/%zz",
                "/v2/%"
            })
    void whatNoResourceAnswersToIsNothing(String path) {
        assertThat(Asked.parse("GET", path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/A/manifests/x",
                "/v2/../manifests/x",
                "/v2/a/../b/manifests/x",
                "/v2/a%2Fb%2F../manifests/x",
                "/v2/a//manifests/x",
                "/v2/a%00/manifests/x",
                "/v2/a;b/manifests/x",
                "/v2/a+b/manifests/x",
                "/v2/%C3%A9/manifests/x",
                "/v2/_catalog/tags/list"
            })
    void nameThatIsNoneIsRefused(String path) {
        assertRefused(ErrorCode.NAME_INVALID, () -> Asked.parse("GET", path));
    }
}
