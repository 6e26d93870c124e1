package org.fedoraproject.registry.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    private static final Policy POLICY = PolicyReader.read("""
            base challenge                    # a comment
            group releng alice bob
            group docs carol
            group docs bob

            rule @registry anyone       catalog
            rule @registry group:releng catalog
            rule @registry user:mallory none

            rule **              anyone       pull
            rule **              group:releng pull push delete
            rule **              cert:builder pull push
            rule f39/**          user:alice   pull push
            rule private/**      anyone       none
            rule private/**      users        pull
            rule private/**      group:releng all
            rule private/**      user:bob     none
            rule private/open    anonymous    pull
            rule private/*/x     anyone       pull
            rule docs/*          group:docs   pull push
            rule docs/*          group:releng delete
            rule docs/handbook   user:dave    push
            rule pre*            user:erin    push
            rule *post           user:erin    delete
            rule drop            users        push
            rule nobody          cert:alice   pull

            immutable **      v* release
            immutable f39/**  *

            children mirror/**        none
            children mirror/fedora/** linux/amd64 linux/arm/v7
            children mirror/fedora/all all
            children mirror/**/all    all      # less specific than mirror/fedora/**
            """);

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -          , app                , pull,    true
            -          , app                , push,    false
            -          , app                , delete,  false
            -          , a/b/c/d            , pull,    true
            zoe        , app                , pull,    true
            zoe        , app                , push,    false
            zoe        , app                , delete,  false
            alice      , app                , pull,    true
            alice      , app                , push,    true
            alice      , app                , delete,  true
            bob        , a/b                , delete,  true
            carol      , app                , push,    false
            Alice      , app                , push,    false
            alice2     , app                , push,    false
            builder    , app                , push,    false
            cert=builder, app               , push,    true
            cert=builder, app               , pull,    true
            cert=builder, app               , delete,  false
            cert=other , app                , push,    false
            cert=alice , app                , delete,  true
            alice      , f39/app            , push,    true
            alice      , f39/app            , delete,  false
            alice      , f39/a/b            , push,    true
            alice      , f39                , delete,  true
            alice      , f390/app           , delete,  true
            bob        , f39/app            , delete,  true
            cert=alice , f39/app            , push,    true
            cert=builder, f39/app           , push,    true
            -          , f39/app            , pull,    true
            -          , private/app        , pull,    false
            -          , private/a/b        , pull,    false
            -          , private            , pull,    true
            -          , privateer/app      , pull,    true
            zoe        , private/app        , pull,    true
            zoe        , private/app        , push,    false
            alice      , private/app        , push,    true
            alice      , private/app        , delete,  true
            bob        , private/app        , pull,    false
            bob        , private/app        , push,    false
            cert=bob   , private/app        , pull,    false
            cert=builder, private/app       , pull,    true
            cert=builder, private/app       , push,    false
            -          , private/open       , pull,    true
            -          , private/open       , push,    false
            zoe        , private/open       , pull,    true
            alice      , private/open       , push,    true
            -          , private/open/x     , pull,    true
            -          , private/a/x        , pull,    true
            alice      , private/a/x        , push,    false
            -          , private/a/b/x      , pull,    false
            carol      , docs/guide         , push,    true
            carol      , docs/guide         , delete,  false
            bob        , docs/guide         , push,    true
            bob        , docs/guide         , delete,  true
            alice      , docs/guide         , delete,  true
            alice      , docs/guide         , push,    false
            alice      , docs/guide         , pull,    false
            carol      , docs/a/b           , push,    false
            -          , docs/guide         , pull,    true
            dave       , docs/handbook      , push,    true
            dave       , docs/handbook      , pull,    false
            carol      , docs/handbook      , push,    true
            dave       , docs/guide         , push,    false
            erin       , prefix             , push,    true
            erin       , pre/fix            , push,    false
            erin       , lamppost           , delete,  true
            erin       , prepost            , push,    true
            erin       , prepost            , delete,  false
            zoe        , drop               , push,    true
            zoe        , drop               , pull,    false
            -          , drop               , push,    false
            -          , drop               , pull,    true
            cert=zoe   , drop               , push,    true
            alice      , nobody             , delete,  true
            cert=alice , nobody             , delete,  false
            cert=alice , nobody             , pull,    true
            -          , @registry          , catalog, true
            zoe        , @registry          , catalog, true
            alice      , @registry          , catalog, true
            cert=alice , @registry          , catalog, true
            mallory    , @registry          , catalog, false
            mallory    , app                , pull,    true
            """)
    void mostSpecificRuleDecides(String caller, String repository, String action, boolean allowed) {
        assertThat(allows(POLICY, caller(caller), repository, action)).isEqualTo(allowed);
    }

    /** Ours: within what the holder may do today. Of another issuer: that one decides. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            alice , repository:app:pull;push            , true , app         , push   , true
            alice , repository:app:pull;push            , false, app         , push   , true
            alice , repository:app:pull                 , true , app         , push   , false
            alice , repository:app:pull                 , false, app         , push   , false
            alice , repository:app:*                    , true , app         , delete , true
            alice , repository:app:*                    , true , app2        , pull   , false
            alice , repository:app:*                    , true , app/x       , pull   , false
            alice , registry:app:pull                   , true , app         , pull   , false
            alice , 'registry:catalog:*'                , true , @registry   , catalog, true
            alice , 'registry:catalog:pull'             , true , @registry   , catalog, false
            alice , -                                   , true , app         , pull   , false
            zoe   , repository:app:push                 , true , app         , push   , false
            zoe   , repository:app:push                 , false, app         , push   , true
            -     , repository:app:pull                 , true , app         , pull   , true
            -     , repository:private/app:pull         , true , private/app , pull   , false
            alice , repository:app:pull repository:b:push, true , b          , push   , true
            """)
    void tokenAllowsWhatItSays(
            String holder, String access, boolean ours, String repository, String action, boolean allowed) {
        List<TokenScope> scopes = access == null ? List.of() : TokenScope.parse(access.replace(';', ','));
        Caller token = new Caller.Token(caller(holder), scopes, ours);

        assertThat(allows(POLICY, token, repository, action)).isEqualTo(allowed);
    }

    /** Whose token it is, what for, whether of ours, and whether the catalog shows the repository. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -    , registry:catalog:*         , true , app         , true
            -    , registry:catalog:*         , true , private/app , false
            -    , registry:catalog:*         , true , private/open, true
            zoe  , registry:catalog:*         , true , private/app , true
            bob  , registry:catalog:*         , true , private/app , false
            zoe  , repository:x:pull          , true , private/app , false
            zoe  , repository:private/app:pull, true , private/app , true
            bot  , registry:catalog:*         , false, app         , true
            bob  , registry:catalog:*         , false, private/app , false
            bob  , registry:catalog:* repository:private/app:pull, false, private/app, true
            bob  , repository:private/app:pull, false, app         , false
            """)
    void catalogShowsWhatItsHolderMayPull(
            String holder, String access, boolean ours, String repository, boolean listed) {
        Caller token = new Caller.Token(caller(holder), TokenScope.parse(access), ours);

        assertThat(POLICY.lists(token, RepositoryName.parse(repository))).isEqualTo(listed);
    }

    @ParameterizedTest
    @CsvSource({
        "app, v1, true",
        "app, release, true",
        "app, release-2, false",
        "app, latest, false",
        "f39/app, latest, true",
        "f39, latest, false",
        "a/b/c, v, true"
    })
    void someTagsAreMadeOnce(String repository, String tag, boolean immutable) {
        assertThat(POLICY.isImmutable(RepositoryName.parse(repository), Tag.parse(tag)))
                .isEqualTo(immutable);
    }

    /** Which child of an index, by its platform as JSON has it, must be in the repository. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            app              , linux/amd64     , true
            app              , -               , true
            mirror           , linux/s390x     , true
            mirror/app       , linux/amd64     , false
            mirror/app       , -               , false
            mirror/a/b/all   , linux/s390x     , true
            mirror/fedora/app, linux/amd64     , true
            mirror/fedora/app, linux/amd64/v3  , true
            mirror/fedora/app, linux/arm/v7    , true
            mirror/fedora/app, linux/arm       , true
            mirror/fedora/app, linux/arm/v6    , false
            mirror/fedora/app, linux/arm64/v8  , false
            mirror/fedora/app, windows/amd64   , false
            mirror/fedora/app, unknown/unknown , false
            mirror/fedora/app, -               , true
            mirror/fedora/a/b, linux/s390x     , false
            mirror/fedora/a/all, linux/s390x   , false
            mirror/fedora/all, linux/s390x     , true
            """)
    void mostSpecificStatementSaysWhichChildrenAreNeeded(String repository, String platform, boolean needed) {
        String[] parts = platform == null ? new String[0] : platform.split("/");
        Optional<Descriptor.Platform> said = Optional.ofNullable(platform)
                .map(text -> new Descriptor.Platform(parts[0], parts[1], parts.length > 2 ? parts[2] : ""));
        Descriptor child = new Descriptor(Digest.of(new byte[0]), OptionalLong.empty(), said, false, true);

        assertThat(POLICY.neededChildren(RepositoryName.parse(repository)).test(child))
                .isEqualTo(needed);
    }

    /** Each with what is said of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ruel ** anyone pull          | line 2: a line begins with
            rule ** anyone               | line 2: rule REPOSITORIES SUBJECT ACTION
            rule **                      | line 2: rule REPOSITORIES SUBJECT ACTION
            rule ** anyone write         | not an action here: write
            rule ** anyone catalog       | not an action here: catalog
            rule @registry anyone admin  | not an action here: admin
            rule ** anyone PULL          | not an action here: PULL
            rule ** anyone all pull      | not an action here: all
            rule ** anyone pull none     | not an action here: none
            rule ** anyone pull,push     | not an action here: pull,push
            rule ** anyone operate       | not an action here: operate
            rule @registry anyone pull   | not an action here: pull
            rule ** everyone pull        | not a subject: everyone
            rule ** user pull            | not a subject: user
            rule ** user: pull           | not a subject: user:
            rule ** anyone:x pull        | not a subject: anyone:x
            rule ** alice pull           | not a subject: alice
            rule ** group:none pull      | groups that are not there: [none]
            rule /a anyone pull          | not a pattern of repositories: /a
            rule a/ anyone pull          | not a pattern of repositories: a/
            rule a//b anyone pull        | not a pattern of repositories: a//b
            rule *** anyone pull         | not a pattern of repositories: ***
            rule Fedora anyone pull      | not a pattern of repositories: Fedora
            rule a[bc] anyone pull       | not a pattern of repositories: a[bc]
            group                        | line 2: group NAME USER
            base                         | line 2: base open, or base challenge
            base closed                  | line 2: base open, or base challenge
            base open                    | line 2: base open, or base challenge
            immutable **                 | line 2: immutable REPOSITORIES TAGS
            immutable ** v1/2            | not a pattern of tags: v1/2
            children                     | line 2: children REPOSITORIES all, none, or PLATFORM
            children **                  | line 2: children REPOSITORIES all, none, or PLATFORM
            children /a none             | line 2: not a pattern of repositories: /a
            children @registry none      | line 2: not a pattern of repositories: @registry
            children ** some             | line 2: not a platform: some
            children ** amd64            | line 2: not a platform: amd64
            children ** linux/           | line 2: not a platform: linux/
            children ** linux/amd64/     | line 2: not a platform: linux/amd64/
            children ** linux/arm/v7/x   | line 2: not a platform: linux/arm/v7/x
            children ** linux/*          | line 2: not a platform: linux/*
            children ** linux/x86_64     | line 2: not a platform: linux/x86_64
            children ** Linux/amd64      | line 2: not a platform: Linux/amd64
            children ** linux/amd64,linux/arm64 | line 2: not a platform: linux/amd64,linux/arm64
            children ** all none         | line 2: not a platform: all
            children ** linux/amd64 none | line 2: not a platform: none
            children twice none          | line 4: children of twice a second time
            """)
    void mistakesAreNamed(String line, String said) {
        String text = "base open\n" + line + "\nrule ** anyone pull\nchildren twice linux/amd64\n";

        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> PolicyReader.read(text)))
                .as(line)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# rule ** anyone all", "base open", "group a b"})
    void fileWithoutRulesIsAMistake(String text) {
        assertThat(catchThrowable(() -> PolicyReader.read(text))).hasMessageContaining("there is no rule");
    }

    @ParameterizedTest
    @CsvSource({"catalog, false", "all, false", "operate, true", "catalog operate, true", "none, false"})
    void onlyItsNameGrantsTheRunningOfTheRegistry(String actions, boolean granted) {
        Policy policy = PolicyReader.read("rule @registry user:jane " + actions);

        assertThat(policy.allows(new Caller.User("jane"), Action.OPERATE)).isEqualTo(granted);
        assertThat(policy.allows(Caller.ANONYMOUS, Action.OPERATE)).isFalse();
    }

    @Test
    void groupsOfAProviderCountAsTheirOwn() {
        Policy policy = PolicyReader.read("""
                group keepers
                group others dora
                rule ** users pull
                rule app group:keepers push
                rule app group:others delete
                rule app cert:carla push
                """);
        RepositoryName app = RepositoryName.parse("app");
        Caller keeper = new Caller.Federated("carla", List.of("keepers", "users"));
        Caller stranger = new Caller.Federated("carla", List.of("unknown"));
        Caller dora = new Caller.Federated("dora", List.of());

        assertThat(policy.allows(keeper, app, Action.PUSH)).isTrue();
        assertThat(policy.allows(keeper, app, Action.DELETE)).isFalse();
        assertThat(policy.allows(
                        new Caller.Token(keeper, TokenScope.parse("repository:app:push"), true), app, Action.PUSH))
                .isTrue();
        assertThat(policy.allows(stranger, app, Action.PUSH)).isFalse();
        assertThat(policy.allows(dora, app, Action.DELETE)).isTrue();
        assertThat(List.of(keeper, dora)).allMatch(policy::names);
        assertThat(policy.names(stranger)).as("a user among all others").isFalse();
        assertThat(policy.hasGroup("keepers")).isTrue();
        assertThat(policy.hasGroup("users")).isFalse();
    }

    /** The first row that matches a repository decides, as {@link #mostSpecificRuleDecides} does. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-", "zoe", "alice", "bob", "carol", "erin", "mallory", "cert=builder", "cert=alice"})
    void rightsAreWhatTheRulesGive(String caller) {
        List<Policy.Right> found = POLICY.rights(caller(caller));

        for (String name :
                List.of("app", "f39/app", "private/app", "private/open", "private/a/x", "docs/guide", "drop")) {
            RepositoryName repository = RepositoryName.parse(name);
            Policy.Right first = found.stream()
                    .filter(right -> !right.repositories().isEmpty()
                            && Glob.ofRepositories(right.repositories()).matches(name))
                    .findFirst()
                    .orElseThrow();
            for (Action action : List.of(Action.PULL, Action.PUSH, Action.DELETE)) {
                assertThat(first.actions().contains(action))
                        .as("%s %s %s in %s", caller, action, name, found)
                        .isEqualTo(POLICY.allows(caller(caller), repository, action));
            }
        }
        assertThat(found.getLast().repositories()).isEmpty();
        assertThat(found.getLast().actions().contains(Action.CATALOG))
                .isEqualTo(POLICY.allows(caller(caller), Action.CATALOG));
    }

    @Test
    void rulesMayStandInAnyOrder() {
        List<String> lines = List.of("rule a/** anyone pull", "rule a/b user:x push", "rule ** users delete");
        for (List<String> order : List.of(lines, lines.reversed())) {
            Policy policy = PolicyReader.read(String.join("\r\n", order));
            assertThat(allows(policy, caller("x"), "a/b", "push")).isTrue();
            assertThat(allows(policy, caller("x"), "a/b", "pull")).isFalse();
            assertThat(allows(policy, caller("y"), "a/b", "pull")).isTrue();
            assertThat(allows(policy, caller("y"), "c", "delete")).isTrue();
            assertThat(policy.challengesAtBase()).isTrue();
        }
    }

    /** As Fedora has it: anyone pulls, named users push; the candidate registry takes any user and asks at {@code /v2/}. */
    @Test
    void profilesSayWhatTheyAreFor() throws IOException {
        Policy production = profile("production");
        Policy candidate = profile("candidate");

        assertThat(production.challengesAtBase()).isTrue();
        assertThat(candidate.challengesAtBase()).isTrue();
        for (Policy policy : List.of(production, candidate)) {
            assertThat(allows(policy, caller(null), "fedora", "pull")).isTrue();
            assertThat(allows(policy, caller(null), "fedora", "push")).isFalse();
            assertThat(allows(policy, caller(null), "@registry", "catalog")).isTrue();
            assertThat(allows(policy, caller("releng-bot"), "f39/app", "delete"))
                    .isTrue();
            assertThat(allows(policy, caller("builder"), "f39/app", "delete")).isFalse();
        }
        assertThat(allows(production, caller("builder"), "f39/app", "push")).isFalse();
        assertThat(allows(candidate, caller("builder"), "f39/app", "push")).isTrue();
    }

    private static Policy profile(String name) throws IOException {
        return PolicyReader.read(Files.readString(Path.of("ops/auth", name + ".policy")));
    }

    private static boolean allows(Policy policy, Caller caller, String repository, String action) {
        Action asked = Action.valueOf(action.toUpperCase(Locale.ROOT));
        return repository.equals("@registry")
                ? policy.allows(caller, asked)
                : policy.allows(caller, RepositoryName.parse(repository), asked);
    }

    private static Caller caller(String text) {
        if (text == null) {
            return Caller.ANONYMOUS;
        }
        return text.startsWith("cert=") ? new Caller.Certified(text.substring(5)) : new Caller.User(text);
    }
}
