package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CredentialCacheTest {
    @Test
    void resultIsForgottenInTime() throws InterruptedException {
        CredentialCache<Integer> cache = new CredentialCache<>();
        cache.put("a", 1, Duration.ofMillis(50));
        cache.put("b", 2, Duration.ofMinutes(1));
        assertThat(cache.get("a")).hasValue(1);
        Thread.sleep(80);
        assertThat(cache.get("a")).isEmpty();
        assertThat(cache.get("b")).hasValue(2);
        for (int i = 0; i < 20_000; i++) {
            cache.put("many" + i, i, Duration.ofMinutes(1));
        }
        assertThat(cache.size()).isLessThanOrEqualTo(10_000);
    }
}
