package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both filters in their order, for a page at {@code https://ui.example.org} and for others. */
class CorsFilterTest {
    private static final String PAGE = "https://ui.example.org";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final Map<String, String> answered = new TreeMap<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private boolean wentOn;
    private int status = 200;

    /** What is configured, where a request comes from, and what the answer says of that. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -                      , https://ui.example.org, -                     , -
            -                      , -                     , -                     , -
            https://ui.example.org , https://ui.example.org, https://ui.example.org, Origin
            https://ui.example.org , https://evil.test     , -                     , Origin
            https://ui.example.org , null                  , -                     , Origin
            https://ui.example.org , -                     , -                     , Origin
            *                      , https://ui.example.org, *                     , -
            *                      , null                  , *                     , -
            *                      , -                     , *                     , -
            """)
    void answerSaysWhoseScriptsMayReadIt(String configured, String origin, String allowed, String vary)
            throws Exception {
        pass(configured, "GET", headers(origin, null));

        assertThat(wentOn).isTrue();
        assertThat(answered.get(ALLOW_ORIGIN)).isEqualTo(allowed);
        assertThat(answered.containsKey("Access-Control-Expose-Headers")).isEqualTo(allowed != null);
        assertThat(answered.get("Vary")).isEqualTo(vary);
        assertThat(answered).doesNotContainKeys("Access-Control-Allow-Credentials", "Access-Control-Allow-Methods");
        assertThat(CorsFilter.vary(request("GET", Map.of()), "Accept"))
                .isEqualTo(vary == null ? "Accept" : "Accept, Origin");
    }

    /** What is configured, the method, where from, for which method a script asks, and whether it is answered here. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            https://ui.example.org , OPTIONS, https://ui.example.org, PUT , true
            https://ui.example.org , OPTIONS, https://ui.example.org, GET , true
            *                      , OPTIONS, https://ui.example.org, GET , true
            *                      , OPTIONS, null                  , GET , true
            https://ui.example.org , OPTIONS, https://evil.test     , PUT , false
            https://ui.example.org , OPTIONS, https://ui.example.org, -   , false
            https://ui.example.org , OPTIONS, -                     , PUT , false
            *                      , OPTIONS, -                     , PUT , false
            https://ui.example.org , GET    , https://ui.example.org, PUT , false
            -                      , OPTIONS, https://ui.example.org, PUT , false
            """)
    void preflightIsAnsweredForThosePagesAlone(
            String configured, String method, String origin, String wanted, boolean isAnswered) throws Exception {
        pass(configured, method, headers(origin, wanted));

        assertThat(wentOn).isEqualTo(!isAnswered);
        assertThat(status).isEqualTo(isAnswered ? 204 : 200);
        assertThat(answered.containsKey("Access-Control-Allow-Headers")).isEqualTo(isAnswered);
        assertThat(answered.containsKey("Access-Control-Max-Age")).isEqualTo(isAnswered);
    }

    @Test
    void preflightNamesWhatClientsSend() throws Exception {
        pass(PAGE, "OPTIONS", headers(PAGE, "PATCH"));

        assertThat(list("Access-Control-Allow-Methods")).contains("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
        assertThat(list("Access-Control-Allow-Headers"))
                .contains("Authorization", "Accept", "Content-Type", "Content-Range", "Range", "If-None-Match");
        assertThat(answered.get(ALLOW_ORIGIN)).isEqualTo(PAGE);
    }

    private List<String> list(String header) {
        return List.of(answered.get(header).split(", "));
    }

    private static Map<String, String> headers(String origin, String wanted) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Origin", origin);
        headers.put("Access-Control-Request-Method", wanted);
        return headers;
    }

    private void pass(String configured, String method, Map<String, String> headers) throws Exception {
        CorsConfig config = new CorsConfig(Optional.ofNullable(configured).map(List::of));
        FilterChain end = (request, response) -> wentOn = true;
        FilterChain second = (request, response) ->
                new PreflightFilter(config).doFilter((HttpServletRequest) request, (HttpServletResponse) response, end);
        new CorsFilter(config).doFilter(request(method, headers), response(), second);
    }

    private HttpServletRequest request(String httpMethod, Map<String, String> headers) {
        return standIn(HttpServletRequest.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getMethod" -> httpMethod;
            case "getHeader" -> headers.get((String) arguments[0]);
            case "getAttribute" -> attributes.get((String) arguments[0]);
            case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private HttpServletResponse response() {
        return standIn(HttpServletResponse.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "setHeader" -> answered.put((String) arguments[0], (String) arguments[1]);
            case "setStatus" -> {
                status = (Integer) arguments[0];
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T standIn(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
