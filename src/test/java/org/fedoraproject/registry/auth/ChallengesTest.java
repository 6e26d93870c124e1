package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.http.ForwardedFilter;
import org.fedoraproject.registry.http.HttpConfig;
import org.fedoraproject.registry.token.TokenSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengesTest {
    private static final String PROXY = "10.0.0.1";

    /** What the proxy writes, beside the Host {@code inner.test:5000} under which it asks us. */
    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(quoteCharacter = '`', nullValues = "-", textBlock = """
            X-Forwarded-Host, r.test                    , -    , https://r.test
            X-Forwarded-Host, r.test:8443               , -    , https://r.test:8443
            X-Forwarded-Host, `r.test:8443, middle.test`, -    , https://r.test:8443
            X-Forwarded-Host, [2001:db8::5]:5000        , -    , https://[2001:db8::5]:5000
            X-Forwarded-Host, [2001:db8::5]             , -    , https://[2001:db8::5]
            X-Forwarded-Host, r.test                    , 5000 , https://r.test
            X-Forwarded-Host, `r.test",x="`             , -    , https://inner.test:5000
            X-Forwarded-Host, Inner.test                , 443  , https://inner.test:5000
            X-Forwarded-Host, inner.test:8443           , -    , https://inner.test:8443
            X-Forwarded-Host, -                         , 443  , https://inner.test:5000
            Forwarded       , `for=192.0.2.7;proto=https;host="r.test:8443"`       , - , https://r.test:8443
            Forwarded       , `for=192.0.2.7;proto=https;host=r.test, for=10.0.0.2;host=middle.test`, - , https://r.test
            Forwarded       , `for=192.0.2.7;proto=https;host="[2001:db8::5]:5000"`, - , https://[2001:db8::5]:5000
            Forwarded       , for=192.0.2.7;proto=https                            , - , https://inner.test:5000
            Forwarded       , `for=10.9.9.9;host=made.up, for=192.0.2.7;proto=https`, -, https://inner.test:5000
            """)
    void realmIsWhereTheClientFoundUs(String header, String value, String port, String realm) throws Exception {
        List<String> seen = new ArrayList<>();
        boolean isForwarded = header.equals("Forwarded");
        HttpConfig config = new HttpConfig(
                Optional.of(List.of("10.0.0.0/8")), isForwarded ? header : "X-Forwarded-For", Duration.ZERO);
        AuthSettings settings = new AuthSettings();
        settings.policy = "policy";
        settings.challenges = List.of("bearer");
        Challenges challenges = new Challenges(settings.config(), new TokenSettings().config());
        Map<String, String> headers = Map.of(
                "Host",
                "inner.test:5000",
                header,
                value == null ? "" : value,
                "X-Forwarded-Port",
                port == null ? "" : port,
                isForwarded ? "X-Forwarded-For" : "Forwarded",
                "198.51.100.1",
                isForwarded ? "X-Forwarded-Host" : "Via",
                "passed.on",
                "X-Forwarded-Proto",
                isForwarded ? "gopher" : "https");
        new ForwardedFilter(config)
                .doFilter(
                        request(headers),
                        standIn(HttpServletResponse.class, (proxy, method, arguments) -> null),
                        (request, response) -> seen.addAll(
                                challenges.of((HttpServletRequest) request, Optional.empty(), Optional.empty())));

        assertThat(seen).containsExactly("Bearer realm=\"" + realm + "/auth/token\",service=\"registry\"");
    }

    private static HttpServletRequest request(Map<String, String> headers) {
        return standIn(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getRemoteAddr" -> PROXY;
            case "getScheme" -> "http";
            case "getHeader" -> headers.get(arguments[0]);
            case "getHeaders" ->
                Collections.enumeration(
                        Optional.ofNullable(headers.get(arguments[0])).stream().toList());
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T standIn(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
