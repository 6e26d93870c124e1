package org.fedoraproject.registry.auth;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an OpenID provider says of itself (OpenID Connect Discovery 1.0, 3).
 *
 * @param userInfo more claims, if the ID token lacks some
 * @param endSession where a person signs out (OpenID Connect RP-Initiated Logout 1.0, 2.1); empty if it is of no use
 * @param secretInBody whether the client's secret goes into the form, because the provider does not take HTTP Basic
 */
record ProviderMetadata(
        URI authorization,
        URI token,
        URI keys,
        Optional<URI> userInfo,
        Optional<URI> endSession,
        boolean secretInBody) {
    private static final String BASIC = "client_secret_basic";
    private static final String POST = "client_secret_post";

    static ProviderMetadata fetch(URI issuer, ProviderClient client) throws OpenIdException {
        String base = issuer.toString().replaceFirst("/+$", "");
        return of(issuer, client.get("its configuration", URI.create(base + "/.well-known/openid-configuration")));
    }

    private static ProviderMetadata of(URI issuer, JsonObject said) throws OpenIdException {
        if (!said.getString("issuer", "").equals(issuer.toString())) {
            throw broken("it is another issuer", null);
        }
        List<String> methods = said.get("token_endpoint_auth_methods_supported") instanceof List<?> all
                ? strings(all.stream()).toList()
                : List.of(BASIC);
        return new ProviderMetadata(
                url(said, "authorization_endpoint"),
                url(said, "token_endpoint"),
                url(said, "jwks_uri"),
                said.containsKey("userinfo_endpoint") ? Optional.of(url(said, "userinfo_endpoint")) : Optional.empty(),
                endSession(said),
                methods.contains(POST) && !methods.contains(BASIC));
    }

    /** The texts of an array, without other values. */
    static Stream<String> strings(Stream<?> values) {
        return values.filter(JsonString.class::isInstance).map(value -> ((JsonString) value).getString());
    }

    /** A sign-in does not need it, so a wrong one is as none. */
    private static Optional<URI> endSession(JsonObject said) {
        try {
            return Optional.of(url(said, "end_session_endpoint")).filter(url -> url.getRawFragment() == null);
        } catch (OpenIdException e) {
            return Optional.empty();
        }
    }

    private static URI url(JsonObject said, String name) throws OpenIdException {
        JsonValue value = said.get(name);
        try {
            URI url = URI.create(value instanceof JsonString text ? text.getString() : "");
            if (OpenIdConfig.isTrusted(url)) {
                return url;
            }
            throw broken(name + " is no https URL", null);
        } catch (IllegalArgumentException e) {
            throw broken(name + " is no https URL", e);
        }
    }

    private static OpenIdException broken(String why, Throwable cause) {
        return OpenIdException.ofProvider(
                "the OpenID provider's configuration is not what it should be: " + why, cause);
    }
}
