package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedElementTest {

    /** Hops are written {@code client scheme host}, with a dash for what is not told, and separated by bars. */
    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ - - - ~ nothing",
                "for=192.0.2.60 ~ 192.0.2.60 - - ~ an address",
                "For=192.0.2.60;PROTO=https;host=r.test ~ 192.0.2.60 https r.test ~ names in any case",
                "host=r.test:5000 ; proto=https ; by=203.0.113.43 ; for=192.0.2.60 ~ 192.0.2.60 https r.test:5000"
                        + " ~ spaces, any order, a pair that we do not know",
                "for=\"192.0.2.60\" ~ 192.0.2.60 - - ~ needless quotes",
                "for=\"192.0.2.60:47011\" ~ 192.0.2.60 - - ~ a port",
                "for=\"[2001:db8::17]\" ~ 2001:db8::17 - - ~ IPv6",
                "for=\"[2001:db8::17]:4711\" ~ 2001:db8::17 - - ~ IPv6 with a port",
                "for=\"[2001:db8::17]:_port\" ~ 2001:db8::17 - - ~ IPv6 with an obfuscated port",
                "for=_hidden ~ - - - ~ an obfuscated id",
                "for=unknown;proto=https ~ - https - ~ an id that says nothing",
                "for=\"_SEVKISEK:42\" ~ - - - ~ an obfuscated id with a port",
                "for=\"[2001:db8::17\" ~ - - - ~ a bracket that nobody closes",
                "for= ~ - - - ~ no id",
                "for ~ - - - ~ no value",
                "=192.0.2.60 ~ - - - ~ no name",
                "for=192.0.2.60, for=198.51.100.17 ~ 192.0.2.60 - - | 198.51.100.17 - - ~ two hops",
                "for=192.0.2.60,for=_x,for=198.51.100.17;proto=http ~ 192.0.2.60 - - | - - - | 198.51.100.17 http -"
                        + " ~ three hops",
                "for=\"a,b;c\";proto=https, for=192.0.2.60 ~ - https - | 192.0.2.60 - - ~ separators in quotes",
                "by=\"a\\\",\\\"b\";for=192.0.2.60 ~ 192.0.2.60 - - ~ escaped quotes in quotes",
                "host=\"a\\\",\\\"b\";for=192.0.2.60 ~ 192.0.2.60 - - ~ a host that is none",
                "host=\"[2001:db8::5]:5000\";proto=HTTPS ~ - https [2001:db8::5]:5000 ~ an IPv6 host, a scheme in capitals",
                "host=r.test/x;proto=gopher;for=192.0.2.60 ~ 192.0.2.60 - - ~ a path behind the host, an odd scheme",
                "for=10.0.0.1;x=\", for=192.0.2.60 ~ - - - | 192.0.2.60 - - ~ a quote that a client left open",
                "for=\", for=\"192.0.2.60:1\";proto=https ~ - - - | 192.0.2.60 https -"
                        + " ~ a quote left open before quotes",
            })
    void readsForwarded(String header, String hops, String what) {
        assertThat(written(ForwardedElement.forwarded(header))).isEqualTo(hops);
    }

    @ParameterizedTest(name = "{4}: {0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "192.0.2.60 ~ ~ ~ 192.0.2.60 - - ~ an address alone",
                "192.0.2.60 ~ https ~ r.test ~ 192.0.2.60 https r.test ~ all of them",
                "`` ~ https ~ ~ - https - ~ a scheme alone",
                "192.0.2.60, 198.51.100.17 ~ https ~ ~ 192.0.2.60 https - | 198.51.100.17 https - ~ two hops",
                "2001:db8::17 ~ ~ ~ 2001:db8::17 - - ~ bare IPv6",
                "[2001:db8::17]:443 ~ ~ ~ 2001:db8::17 - - ~ IPv6 with a port",
                "192.0.2.60:443 ~ ~ ~ 192.0.2.60 - - ~ a port",
                "unknown,192.0.2.60 ~ ~ ~ - - - | 192.0.2.60 - - ~ a name",
                "192.0.2.60, ~ ~ ~ 192.0.2.60 - - | - - - ~ a comma at the end",
                "192.0.2.60 ~ https, http ~ r.test, inner.test ~ 192.0.2.60 https r.test ~ the first of several schemes",
                "192.0.2.60 ~ HTTPS ~ [2001:db8::5]:5000 ~ 192.0.2.60 https [2001:db8::5]:5000 ~ an IPv6 host with its port",
                "192.0.2.60 ~ https\"x ~ r.test:5000x ~ 192.0.2.60 - - ~ what is no scheme and no host",
                "\",192.0.2.60 ~ ~ ~ - - - | 192.0.2.60 - - ~ a quote, which means nothing here",
            })
    void readsTheOlderHeaders(String clients, String scheme, String host, String hops, String what) {
        assertThat(written(ForwardedElement.xForwarded(clients, scheme, host))).isEqualTo(hops);
    }

    private static String written(List<ForwardedElement> hops) {
        return hops.stream()
                .map(hop -> String.join(
                        " ",
                        hop.client().orElse("-"),
                        hop.scheme().orElse("-"),
                        hop.host().orElse("-")))
                .collect(Collectors.joining(" | "));
    }

    /** As many hops as a header may have by far, in a time that grows with them and not with their square. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyHopsTakeNoLongTime() {
        String many = ",".repeat(1 << 20);
        assertThat(ForwardedElement.forwarded(many)).hasSize((1 << 20) + 1);
        assertThat(ForwardedElement.xForwarded(many, many, many)).hasSize((1 << 20) + 1);
    }
}
