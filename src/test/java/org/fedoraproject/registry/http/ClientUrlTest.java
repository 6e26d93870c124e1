package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:5000",
                "LOCALHOST",
                "a.localhost",
                "127.0.0.1:80",
                "127.1.2.3",
                "[::1]:5000"
            })
    void knowsLoopback(String host) {
        assertThat(new ClientUrl("http", host).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost.example.org", "127.example.org", "1127.0.0.1", "[::2]", "registry"})
    void takesNothingElseForLoopback(String host) {
        assertThat(new ClientUrl("http", host).isLoopback()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http, localhost, localhost",
        "http, registry.example.org, registry.example.org",
        "http, registry:5000, registry:5000",
        "http, registry, registry:80",
        "https, registry, registry:443"
    })
    void namesNoHostThatToolsTakeForARepositoryOfDockerHub(String scheme, String host, String registry) {
        assertThat(new ClientUrl(scheme, host).registry()).isEqualTo(registry);
    }
}
