package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.edge.Requests;
import org.fedoraproject.registry.limit.FormFields;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.testing.OpenIdProvider;
import org.fedoraproject.registry.testing.OpenIdProvider.Mood;
import org.fedoraproject.registry.token.TokenSettings;
import org.fedoraproject.registry.token.Tokens;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The registry as a client of a provider that may be away, wrong or slow, or have other keys. */
class OpenIdSignInTest {
    private static final String BACK = "https://registry.test/console/sign-in/return";
    private static final String NEXT = "/console/jobs";
    private static final int SECONDS = 60;

    @TempDir
    Path directory;

    private final OpenIdSettings settings = new OpenIdSettings();
    private OpenIdProvider provider;
    private Tokens tokens;
    private OpenIdSignIn signIn;

    @BeforeEach
    void start() throws Exception {
        provider = new OpenIdProvider("registry");
        provider.add("jane", new OpenIdProvider.User(List.of("keepers", "others"), "registry"));
        settings.issuer = provider.url();
        TokenSettings tokenSettings = new TokenSettings();
        tokenSettings.policy = "policy";
        tokenSettings.keys = directory.toString();
        tokens = tokenSettings.tokens();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private void make(Duration retry) {
        signIn = new OpenIdSignIn(settings.config(), tokens, retry);
    }

    private Caller.Federated signIn() throws Exception {
        OpenIdSignIn.Begun begun = signIn.begin(BACK, NEXT);
        return end(begun, provider.signIn(begun.location(), "jane")).caller();
    }

    private OpenIdSignIn.Ended end(OpenIdSignIn.Begun begun, URI back) throws Exception {
        return end(begun.kept(), back.getRawQuery());
    }

    private OpenIdSignIn.Ended end(String kept, String query) throws Exception {
        return signIn.end(kept, FormFields.ofQuery(Requests.withQuery("/console/sign-in/return", query)), BACK);
    }

    private OpenIdException failure() {
        return catchThrowableOfType(OpenIdException.class, this::signIn);
    }

    @Test
    void providerNamesUserAndGroups() throws Exception {
        settings.userClaim = "preferred_username";
        settings.groupsClaim = "groups";
        make(Duration.ZERO);

        OpenIdSignIn.Begun begun = signIn.begin(BACK, NEXT);
        OpenIdSignIn.Ended ended = end(begun, provider.signIn(begun.location(), "jane"));

        assertThat(ended.caller()).isEqualTo(new Caller.Federated("jane", List.of("keepers", "others")));
        assertThat(ended.next()).isEqualTo(NEXT);
        assertThat(begun.location())
                .startsWith(provider.url() + "/protocol/openid-connect/auth?response_type=code&client_id=registry&")
                .contains("code_challenge_method=S256", "scope=openid+profile");
        assertThat(signIn.button()).contains("Sign in at localhost");
    }

    @Test
    void subjectIsTheNameByDefaultAndGroupsAreNotAskedFor() throws Exception {
        make(Duration.ZERO);

        assertThat(signIn()).isEqualTo(new Caller.Federated("id-of-jane", List.of()));
    }

    @Test
    void claimsThatTheTokenLacksAreFetched() throws Exception {
        settings.userClaim = "nickname";
        make(Duration.ZERO);
        assertThat(signIn().name()).isEqualTo("jane.doe");

        provider.change(claims -> claims.setSubject("somebody"));
        assertThat(failure()).hasMessageContaining("claims are of another user");
    }

    @Test
    void codeIsTakenWithTheSecretOfTheMoment() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "wrong\n");
        settings.secretFile = secret.toString();
        provider.require("right");
        make(Duration.ZERO);
        assertThat(failure()).hasMessageContaining("status 400 and invalid_grant: the tokens");

        Files.writeString(secret, "right\n");
        assertThat(signIn().name()).isEqualTo("id-of-jane");
    }

    @Test
    void answerBelongsToOneSignIn() throws Exception {
        make(Duration.ZERO);
        OpenIdSignIn.Begun first = signIn.begin(BACK, NEXT);
        OpenIdSignIn.Begun second = signIn.begin(BACK, NEXT);
        String answer = provider.signIn(first.location(), "jane").getRawQuery();

        for (String[] wrong : new String[][] {
            {second.kept(), answer},
            {"", answer},
            {"a.b.c", answer},
            {first.kept(), answer.replaceFirst("state=[^&]*", "state=")},
            {first.kept(), answer.replaceFirst("state=", "state=x")},
            {first.kept(), answer.replaceFirst("&state=.*", "")}
        }) {
            OpenIdException refusal = catchThrowableOfType(OpenIdException.class, () -> end(wrong[0], wrong[1]));
            assertThat(refusal).hasMessageContaining("has not begun in this browser");
            assertThat(refusal.isOfProvider()).isFalse();
        }
        assertThat(catchThrowableOfType(
                        OpenIdException.class, () -> end(first.kept(), answer + "&iss=https%3A%2F%2Fother.test")))
                .hasMessageContaining("another OpenID provider");

        assertThat(end(first.kept(), answer).caller().name()).isEqualTo("id-of-jane");
        assertThat(catchThrowableOfType(OpenIdException.class, () -> end(first.kept(), answer)))
                .as("the same again")
                .hasMessageContaining("invalid_grant");
    }

    @Test
    void personMayCancel() throws Exception {
        make(Duration.ZERO);
        OpenIdSignIn.Begun begun = signIn.begin(BACK, NEXT);
        String cancelled = provider.signIn(begun.location(), "").getRawQuery();

        OpenIdException refusal = catchThrowableOfType(OpenIdException.class, () -> end(begun.kept(), cancelled));
        assertThat(refusal).hasMessageContaining("cancelled");
        assertThat(refusal.isOfProvider()).isFalse();
        String strange = cancelled.replace("access_denied", "%3Cscript%3E");
        assertThat(catchThrowableOfType(OpenIdException.class, () -> end(begun.kept(), strange)))
                .hasMessage("the OpenID provider answers with no code");
        String other = cancelled.replace("access_denied", "server_error");
        assertThat(catchThrowableOfType(OpenIdException.class, () -> end(begun.kept(), other)))
                .hasMessage("the OpenID provider answers with server_error");
    }

    static Stream<Arguments> wrongTokens() {
        return Stream.of(
                wrong("nonce of another", claims -> claims.setStringClaim("nonce", "replayed")),
                wrong("no nonce", claims -> claims.unsetClaim("nonce")),
                wrong("issuer", claims -> claims.setIssuer("https://other.test")),
                wrong("audience", claims -> claims.setAudience("other")),
                wrong("expired", claims -> claims.setExpirationTime(NumericDate.fromSeconds(1000))),
                wrong("no name", claims -> claims.setSubject("")),
                wrong("name with blanks", claims -> claims.setSubject("jane doe")),
                wrong("name with a line end", claims -> claims.setSubject("jane\n")),
                wrong("long name", claims -> claims.setSubject("x".repeat(256))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongTokens")
    void wrongTokenSignsNobodyIn(String what, Consumer<JwtClaims> change) {
        provider.change(change);
        make(Duration.ZERO);

        assertThat(failure()).isNotNull();
    }

    private static Arguments wrong(String what, Consumer<JwtClaims> change) {
        return Arguments.of(what, change);
    }

    @Test
    void newKeysAreTakenUp() throws Exception {
        make(Duration.ZERO);
        signIn();
        signIn();
        assertThat(provider.keysAsked()).as("the keys are remembered").isEqualTo(1);

        provider.rotate("second", true);
        assertThat(signIn().name()).isEqualTo("id-of-jane");
        assertThat(provider.keysAsked()).isEqualTo(2);
    }

    @Test
    void unknownKeysHaveTheProviderAskedSeldom() throws Exception {
        make(Duration.ofMinutes(5));
        signIn();
        provider.rotate("secret", false);
        for (int i = 0; i < 3; i++) {
            assertThat(failure()).hasMessageContaining("ID token is not accepted");
        }
        assertThat(provider.keysAsked()).isEqualTo(1);
    }

    @Test
    void keyOfTheSameNameIsAnotherKey() throws Exception {
        provider.rotate("first", false);
        make(Duration.ZERO);

        assertThat(failure()).hasMessageContaining("ID token is not accepted");
    }

    @ParameterizedTest
    @EnumSource(value = Mood.class, names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    @Timeout(SECONDS)
    void providerThatFailsIsNamedAndMayRecover(Mood mood) throws Exception {
        settings.timeout = mood == Mood.SILENT ? Duration.ofMillis(300) : settings.timeout;
        make(Duration.ZERO);
        OpenIdSignIn.Begun begun = begunBefore();
        URI back = provider.signIn(begun.location(), "jane");
        provider.turn(mood);

        assertThat(failure().isOfProvider()).isTrue();
        assertThat(catchThrowableOfType(OpenIdException.class, () -> end(begun, back))
                        .isOfProvider())
                .isTrue();

        provider.turn(Mood.WELL);
        settings.timeout = Duration.ofSeconds(30);
        make(Duration.ZERO);
        assertThat(signIn().name()).isEqualTo("id-of-jane");
    }

    /** By a client that has time, on a busy host. */
    private OpenIdSignIn.Begun begunBefore() throws OpenIdException {
        OpenIdSettings patient = new OpenIdSettings();
        patient.issuer = settings.issuer;
        return new OpenIdSignIn(patient.config(), tokens, Duration.ZERO).begin(BACK, NEXT);
    }

    @Test
    void signOutGoesOnAtTheProvider() {
        make(Duration.ZERO);
        String query = "client_id=registry&post_logout_redirect_uri=https%3A%2F%2Fregistry.test%2Fconsole%2Fsign-in";

        assertThat(signIn.signOut("https://registry.test/console/sign-in"))
                .contains(provider.url() + "/protocol/openid-connect/logout?" + query);
        provider.signOutAt("/out?realm=registry");
        assertThat(signIn.signOut("https://registry.test/console/sign-in"))
                .contains(provider.origin() + "/out?realm=registry&" + query);
    }

    @Test
    void signOutEndsHereIfTheProviderHasNoneOrIsWrongOrAway() {
        make(Duration.ZERO);
        provider.signOutAt("");
        assertThat(signIn.signOut(BACK)).as("none").isEmpty();

        provider.signOutAt("/logout");
        assertThat(signIn.signOut(BACK)).isPresent();
        provider.turn(Mood.BUSY);
        assertThat(signIn.signOut(BACK)).as("busy").isEmpty();
        provider.close();
        assertThat(signIn.signOut(BACK)).as("away").isEmpty();
    }

    /** Such as the address of a host inside the provider's network. */
    @Test
    void unusableSignOutKeepsNobodyFromSigningIn() throws Exception {
        make(Duration.ZERO);
        for (String wrong : List.of("@other.test/logout", "/logout#end", "/log out")) {
            provider.signOutAt(wrong);
            assertThat(signIn.signOut(BACK)).as(wrong).isEmpty();
            assertThat(signIn().name()).as(wrong).isEqualTo("id-of-jane");
        }
    }

    @Test
    void providerThatIsAwayIsNamed() {
        make(Duration.ZERO);
        provider.close();

        OpenIdException failure = failure();
        assertThat(failure).hasMessage("the OpenID provider does not answer");
        assertThat(failure.isOfProvider()).isTrue();
    }

    @Test
    void otherIssuerIsRefused() {
        settings.issuer = provider.url().replace("localhost", "127.0.0.1");
        make(Duration.ZERO);

        assertThat(failure()).hasMessageContaining("it is another issuer");
    }
}
