package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "10.5.128.0/24,           10.5.128.0/24",
        "10.5.128.7,              10.5.128.7/32",
        "0.0.0.0/0,               0.0.0.0/0",
        "255.255.255.255/32,      255.255.255.255/32",
        "2001:db8::/32,           2001:db8:0:0:0:0:0:0/32",
        "[2001:DB8::1],           2001:db8:0:0:0:0:0:1/128",
        "::/0,                    0:0:0:0:0:0:0:0/0",
        "::ffff:10.5.128.7,       10.5.128.7/32",
        "64:ff9b::10.0.0.1/96,    64:ff9b:0:0:0:0:a00:1/96"
    })
    void reads(String text, String canonical) {
        assertThat(Network.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "'',                 nothing",
        "/24,                no address",
        "10.5.128.0/,        no bits",
        "10.5.128.0/33,      more bits than IPv4 has",
        "2001:db8::/129,     more bits than IPv6 has",
        "10.5.128.0/-1,      fewer bits than none",
        "10.5.128.0/+8,      a sign",
        "10.5.128.0/1000,    four digits",
        "10.5.128.0/8/8,     two slashes",
        "10.5.128.0/255.255.255.0, a mask",
        "10.5.128/24,        three numbers",
        "10.5.128.0.0/24,    five numbers",
        "10.5.128.256/32,    no octet",
        "010.5.128.0/24,     octal to some",
        "167772161,          one number for an address",
        "10.5.128.x,         no number",
        "localhost,          a name",
        "fedoraproject.org/8, a name with bits",
        "2001:db8::1::2,     two gaps",
        "2001:db8:::/32,     three colons",
        "2001:db8::g,        no hexadecimal digit",
        ".::1,               a dot in front",
        "fe80::1%lo,         a zone",
        "[10.5.128.0/24],    brackets around all of it",
        "' 10.5.128.0/24',   a space in front"
    })
    void refuses(String text, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text));
    }

    @ParameterizedTest(name = "{0} has {1}: {2}")
    @CsvSource({
        "10.5.128.0/24,    10.5.128.0,       true",
        "10.5.128.0/24,    10.5.128.255,     true",
        "10.5.128.0/24,    10.5.127.255,     false",
        "10.5.128.0/24,    10.5.129.0,       false",
        "10.5.128.77/24,   10.5.128.1,       true",
        "10.5.128.0/20,    10.5.143.255,     true",
        "10.5.128.0/20,    10.5.144.0,       false",
        "10.5.128.0/20,    10.5.127.255,     false",
        "192.0.2.128/25,   192.0.2.127,      false",
        "192.0.2.128/25,   192.0.2.128,      true",
        "192.0.2.7/32,     192.0.2.7,        true",
        "192.0.2.7/32,     192.0.2.6,        false",
        "192.0.2.6/31,     192.0.2.7,        true",
        "128.0.0.0/1,      127.255.255.255,  false",
        "128.0.0.0/1,      255.0.0.0,        true",
        "0.0.0.0/0,        203.0.113.9,      true",
        "0.0.0.0/0,        ::1,              false",
        "::/0,             203.0.113.9,      false",
        "::/0,             2001:db8::1,      true",
        "2001:db8::/32,    2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32,    2001:db9::,       false",
        "2001:db8::/33,    2001:db8:8000::,  false",
        "2001:db8::/33,    2001:db8:7fff::,  true",
        "2001:db8::1/128,  2001:db8::1,      true",
        "2001:db8::1/128,  2001:db8::2,      false",
        "10.5.128.0/24,    ::ffff:10.5.128.7, true"
    })
    void contains(String network, String address, boolean contains) {
        assertThat(Network.parse(network).contains(Network.address(address).orElseThrow()))
                .isEqualTo(contains);
    }

    @Test
    void networksAreReadPastTheSpacesAndAskedOneByOne() {
        Networks networks = Networks.parse("a.key", Optional.of(List.of("10.5.128.0/24", " 2001:db8::/32")));

        assertThat(networks.contain("10.5.128.7")).isTrue();
        assertThat(networks.contain("2001:db8::7")).isTrue();
        assertThat(networks.contain("[2001:db8::7]")).isTrue();
        assertThat(networks.contain("10.5.129.7")).isFalse();
        assertThat(networks.contain("localhost")).isFalse();
        assertThat(Networks.parse("a.key", Optional.empty()).contain("10.5.128.7"))
                .isFalse();
    }

    @Test
    void networksNameTheKeyAndTheBadOneAmongGoodOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Networks.parse("a.key", Optional.of(List.of("10.0.0.0/8", "10.0.0.0/99"))))
                .withMessageContainingAll("a.key", "99");
    }

    /** In a JVM of its own, whose resolver knows all that might be asked for. */
    @Test
    void addressIsNeverLookedUp(@TempDir Path directory) throws Exception {
        List<String> names = List.of("999.1.1.1", "10.5.128.256", ".::1", "1.2.3", "name.test", "10.0.0.1.", "cafe");
        Path hosts = Files.writeString(directory.resolve("hosts"), "192.0.2.1 known.test " + String.join(" ", names));

        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                classes(Network.class) + File.pathSeparator + classes(AddressPrinter.class),
                AddressPrinter.class.getName(),
                "known.test"));
        line.addAll(names);
        Process printer = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(printer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(printed.lines())
                .startsWith("looked up known.test: known.test/192.0.2.1")
                .endsWith(names.stream().map(name -> name + ": Optional.empty").toArray(String[]::new))
                .hasSize(1 + names.size());
    }

    private static String classes(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
