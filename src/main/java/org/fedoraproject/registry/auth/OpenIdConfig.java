package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.SecretFile;
import org.fedoraproject.registry.config.Setting;
import org.fedoraproject.registry.http.ClientUrl;

/**
 * Configures the OpenID provider at which people sign in to the console.
 *
 * @param policy that says what they may do
 * @param issuer the provider; empty if nobody signs in there
 * @param secretFile has the client's secret; without one, only PKCE proves that a code is ours
 * @param userClaim the claim that is the user's name
 * @param groupsClaim the claim with groups of the policy
 * @param timeout for all that a step of a sign-in asks the provider
 * @param clockSkew by which the provider's clock may differ from ours
 */
public record OpenIdConfig(
        @ConfigProperty(name = "registry.auth.policy") Optional<String> policy,

        @ConfigProperty(name = ISSUER)
        @Setting(
                unit = "https URL",
                help = "The URL of the OpenID provider at which people can [sign "
                        + "in](CONSOLE.md#sign-in-at-an-openid-provider) to the console at `/console/`. It must "
                        + "equal `issuer` in the provider's metadata. `http` is allowed only for a provider on the "
                        + "registry's own host, named as `localhost` or a loopback address.")
        Optional<URI> issuer,

        @ConfigProperty(name = CLIENT) @Setting(help = "The id that the provider has given to the registry.")
        Optional<String> client,

        @ConfigProperty(name = SECRET)
        @Setting(
                unit = "file",
                help =
                        "A file with the secret that the provider has given to the registry. It is read at each sign-in. "
                                + "Without this key, the registry is a public client, with PKCE only.")
        Optional<String> secretFile,

        @ConfigProperty(name = SCOPE, defaultValue = "openid profile")
        @Setting(
                unit = "words separated by blanks",
                help = "What the registry asks the provider for. `openid` must be one of the words.")
        String scope,

        @ConfigProperty(name = "registry.console.openid-user-claim", defaultValue = "sub")
        @Setting(
                help = "The claim that is the user's name in the policy. Choose a claim whose value users cannot "
                        + "change, and whose value is never given to another user.")
        String userClaim,

        @ConfigProperty(name = GROUPS)
        @Setting(
                help =
                        "The claim with the user's groups. A group counts if the policy declares it (`group NAME`) and has a "
                                + "rule `group:NAME`.")
        Optional<String> groupsClaim,

        @ConfigProperty(name = BUTTON)
        @Setting(
                otherwise = "`Sign in at` and the provider's host",
                help = "The text of the button on the sign-in page.")
        Optional<String> button,

        @ConfigProperty(name = "registry.console.openid-timeout", defaultValue = "PT5S")
        @Setting(
                above = "PT0S",
                max = "PT30S",
                help = "How long the provider may take for a step of a sign-in. After that, the sign-in page says that "
                        + "the provider does not answer.")
        Duration timeout,

        @ConfigProperty(name = "registry.auth.clock-skew", defaultValue = "PT30S")
        Duration clockSkew) {
    private static final String ISSUER = "registry.console.openid-issuer";
    private static final String CLIENT = "registry.console.openid-client-id";
    private static final String SECRET = "registry.console.openid-client-secret-file";
    private static final String SCOPE = "registry.console.openid-scope";
    private static final String GROUPS = "registry.console.openid-groups-claim";
    private static final String BUTTON = "registry.console.openid-button";

    @Inject
    public OpenIdConfig {
        if (issuer.isEmpty()) {
            new TreeMap<>(Map.of(CLIENT, client, SECRET, secretFile, GROUPS, groupsClaim, BUTTON, button))
                    .forEach((key, value) -> {
                        if (value.isPresent()) {
                            throw new IllegalArgumentException(key + " needs " + ISSUER);
                        }
                    });
        } else {
            check(issuer.get());
            if (policy.isEmpty()) {
                throw new IllegalArgumentException(ISSUER + " needs registry.auth.policy");
            }
            if (client.isEmpty()) {
                throw new IllegalArgumentException(ISSUER + " needs " + CLIENT);
            }
        }
        if (!List.of(scope.split(" ")).contains("openid")
                || !scope.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\')) {
            throw new IllegalArgumentException(SCOPE + " is of words in ASCII, with openid among them: " + scope);
        }
        if (secretFile.isPresent()) {
            SecretFile.read(SECRET, secretFile); // names a mistake at the start
        }
    }

    private static void check(URI issuer) {
        if (!isTrusted(issuer) || issuer.getRawQuery() != null || issuer.getRawFragment() != null) {
            throw new IllegalArgumentException(ISSUER
                    + " is no https URL without user, query and fragment, nor an http URL of this host: " + issuer);
        }
    }

    /** Whether what is asked there stays between us and the provider: by TLS, or because it is on this host. */
    static boolean isTrusted(URI url) {
        if (url.getScheme() == null || url.getHost() == null || url.getRawUserInfo() != null) {
            return false;
        }
        ClientUrl at = new ClientUrl(url.getScheme(), url.getHost());
        return at.isSecure() || at.scheme().equals("http") && at.isLoopback();
    }

    /** The client's secret, as it is in the file now. */
    Optional<String> secret() {
        return secretFile.map(file -> SecretFile.read(SECRET, secretFile));
    }
}
