package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies of ours are 10.0.0.0/8 and 2001:db8:1::/48; all else are clients. */
class ForwardedFilterTest {
    private static final Optional<List<String>> PROXIES = Optional.of(List.of("10.0.0.0/8", "2001:db8:1::/48"));

    private final Map<String, String> answered = new HashMap<>();

    @ParameterizedTest(name = "{3}")
    @CsvSource(
            delimiter = '~',
            value = {
                "10.0.0.1 ~ 192.0.2.60 ~ 192.0.2.60 ~ a trusted proxy is believed",
                "2001:db8:1::1 ~ 2001:db8:2::9 ~ 2001:db8:2::9 ~ so is one by IPv6",
                "192.0.2.1 ~ 10.0.0.5 ~ 192.0.2.1 ~ a client is not",
                "2001:db8:2::1 ~ 10.0.0.5 ~ 2001:db8:2::1 ~ nor is one by IPv6",
                "10.0.0.1 ~ 192.0.2.60, 10.0.0.2 ~ 192.0.2.60 ~ through a second proxy of ours",
                "10.0.0.1 ~ 192.0.2.60, 10.0.0.3, 10.0.0.2 ~ 192.0.2.60 ~ through a third",
                "10.0.0.1 ~ 10.9.9.9, 192.0.2.60 ~ 192.0.2.60 ~ what the client had put in front is not believed",
                "10.0.0.1 ~ 10.9.9.9, 192.0.2.60, 10.0.0.2 ~ 192.0.2.60 ~ nor behind a second proxy",
                "10.0.0.1 ~ 203.0.113.5, 198.51.100.7, 10.0.0.2 ~ 198.51.100.7 ~ nor what a proxy of others says",
                "10.0.0.1 ~ 192.0.2.60, unknown ~ 10.0.0.1 ~ nobody is believed beyond an unknown hop",
                "10.0.0.1 ~ 10.0.0.9 ~ 10.0.0.9 ~ a proxy of ours as the client",
                "10.0.0.1 ~ ~ 10.0.0.1 ~ a proxy that tells nothing is the client"
            })
    void clientIsTheFirstThatIsNoProxyOfOurs(String remote, String clients, String seen, String what) throws Exception {
        HttpServletRequest request = pass("X-Forwarded-For", remote, given("X-Forwarded-For", clients));

        assertThat(request.getRemoteAddr()).isEqualTo(seen);
        assertThat(request.getRemoteHost()).isEqualTo(seen);
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "10.0.0.1 ~ for=192.0.2.60;proto=https;host=\"r.test:5000\" ~ 192.0.2.60 https true r.test ~ all of it",
                "10.0.0.1 ~ for=192.0.2.60;proto=HTTPS ~ 192.0.2.60 https true direct.test ~ a scheme in capitals",
                "10.0.0.1 ~ for=192.0.2.60;host=\"[2001:db8::5]:443\" ~ 192.0.2.60 http false [2001:db8::5] ~ IPv6 host",
                "10.0.0.1 ~ for=192.0.2.60;host=\"[2001:db8::5]\" ~ 192.0.2.60 http false [2001:db8::5] ~ without port",
                "10.0.0.1 ~ for=192.0.2.60;proto=https, for=10.0.0.2;proto=http ~ 192.0.2.60 https true direct.test"
                        + " ~ the outermost trusted hop tells the scheme",
                "10.0.0.1 ~ for=10.0.0.9;proto=https;host=spoofed.test, for=192.0.2.60 ~ 192.0.2.60 http false direct.test"
                        + " ~ a client's hop tells neither scheme nor host",
                "10.0.0.1 ~ for=10.0.0.9;x=\", for=192.0.2.60 ~ 192.0.2.60 http false direct.test"
                        + " ~ a quote that the client left open",
                "10.0.0.1 ~ for=_hidden ~ 10.0.0.1 http false direct.test ~ a hidden client is its proxy",
                "192.0.2.1 ~ for=10.0.0.5;proto=https;host=r.test ~ 192.0.2.1 http false direct.test ~ an untrusted peer",
            })
    void forwardedTellsAddressSchemeAndHost(String remote, String forwarded, String seen, String what)
            throws Exception {
        HttpServletRequest request = pass("Forwarded", remote, given("Forwarded", forwarded));

        assertThat(request.getRemoteAddr() + " " + request.getScheme() + " " + request.isSecure() + " "
                        + request.getServerName())
                .isEqualTo(seen);
    }

    @Test
    void schemeThatIsButACommaIsNone() throws Exception {
        Map<String, List<String>> headers =
                Map.of("X-Forwarded-For", List.of("192.0.2.60"), "X-Forwarded-Proto", List.of(","));

        assertThat(pass("X-Forwarded-For", "10.0.0.1", headers).getScheme()).isEqualTo("http");
    }

    @Test
    void severalHeadersOfANameAreOne() throws Exception {
        Map<String, List<String>> headers = Map.of("X-Forwarded-For", List.of("10.9.9.9", "192.0.2.60", "10.0.0.2"));

        assertThat(pass("X-Forwarded-For", "10.0.0.1", headers).getRemoteAddr()).isEqualTo("192.0.2.60");
    }

    /** A proxy that writes the one passes the other on as the client sent it. */
    @ParameterizedTest
    @CsvSource({"X-Forwarded-For, 192.0.2.60", "x-forwarded-for, 192.0.2.60", "Forwarded, 192.0.2.70"})
    void onlyTheHeaderThatProxiesWriteIsBelieved(String written, String client) throws Exception {
        Map<String, List<String>> headers = Map.of(
                "X-Forwarded-For", List.of("192.0.2.60"),
                "Forwarded", List.of("for=192.0.2.70"));

        assertThat(pass(written, "10.0.0.1", headers).getRemoteAddr()).isEqualTo(client);
    }

    @Test
    void schemeAloneIsBelieved() throws Exception {
        HttpServletRequest request = pass("X-Forwarded-For", "10.0.0.1", given("X-Forwarded-Proto", "https"));

        assertThat(request.isSecure()).isTrue();
        assertThat(request.getRemoteAddr()).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest(name = "{0} by {2} for {1}")
    @CsvSource({
        "10.0.0.1,  PT24H, https, max-age=86400",
        "10.0.0.1,  PT24H, http,",
        "10.0.0.1,  PT0S,  https,",
        "192.0.2.1, PT24H, https,"
    })
    void tlsIsInsistedOnWhereItWasUsedAndIsConfigured(String remote, Duration hsts, String scheme, String header)
            throws Exception {
        pass("X-Forwarded-For", hsts, remote, given("X-Forwarded-Proto", scheme));

        assertThat(answered.get("Strict-Transport-Security")).isEqualTo(header);
    }

    private HttpServletRequest pass(String written, String remote, Map<String, List<String>> headers) throws Exception {
        return pass(written, Duration.ZERO, remote, headers);
    }

    /** The request as the next in the chain sees it. */
    private HttpServletRequest pass(String written, Duration hsts, String remote, Map<String, List<String>> headers)
            throws Exception {
        AtomicReference<HttpServletRequest> seen = new AtomicReference<>();
        ForwardedFilter filter = new ForwardedFilter(new HttpConfig(PROXIES, written, hsts));
        filter.doFilter(
                request(remote, headers), response(), (request, response) -> seen.set((HttpServletRequest) request));
        return seen.get();
    }

    private static Map<String, List<String>> given(String name, String value) {
        return value == null ? Map.of() : Map.of(name, List.of(value));
    }

    private static HttpServletRequest request(String remote, Map<String, List<String>> headers) {
        return standIn(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getRemoteAddr", "getRemoteHost" -> remote;
            case "getScheme" -> "http";
            case "isSecure" -> false;
            case "getServerName" -> "direct.test";
            case "getHeader" ->
                headers.getOrDefault((String) arguments[0], List.of()).stream()
                        .findFirst()
                        .orElse(null);
            case "getHeaders" -> Collections.enumeration(headers.getOrDefault((String) arguments[0], List.of()));
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private HttpServletResponse response() {
        return standIn(
                HttpServletResponse.class,
                (proxy, method, arguments) -> answered.put((String) arguments[0], (String) arguments[1]));
    }

    private static <T> T standIn(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
