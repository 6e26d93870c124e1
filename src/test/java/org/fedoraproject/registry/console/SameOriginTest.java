package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameOriginTest {
    /** Scheme, host, Origin, Sec-Fetch-Site, and whether the form is taken. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            https, registry.example.org     , https://registry.example.org     , same-origin, true
            https, registry.example.org     , https://registry.example.org     , -          , true
            https, REGISTRY.example.org     , https://registry.example.org     , -          , true
            https, registry.example.org     , -                                , same-origin, true
            http , registry.example.org:5000, http://registry.example.org:5000 , -          , true
            http , 127.0.0.1:5000           , http://127.0.0.1:5000            , -          , true
            https, registry.example.org     , -                                , -          , false
            https, registry.example.org     , -                                , none       , false
            https, registry.example.org     , -                                , same-site  , false
            https, registry.example.org     , https://registry.example.org     , cross-site , false
            https, registry.example.org     , https://evil.example             , same-origin, false
            https, registry.example.org     , http://registry.example.org      , -          , false
            https, registry.example.org     , https://registry.example.org:444 , -          , false
            https, registry.example.org     , https://registry.example.org.evil, -          , false
            https, registry.example.org     , null                             , -          , false
            https, registry.example.org     , ''                               , -          , false
            https, -                        , https://                         , -          , false
            """)
    void formIsOfThisHost(String scheme, String host, String origin, String site, boolean taken) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Host", host);
        headers.put("Origin", origin);
        headers.put("Sec-Fetch-Site", site);
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getScheme") ? scheme : headers.get((String) arguments[0]));

        assertThat(SameOrigin.isClaimed(request)).isEqualTo(taken);
    }
}
