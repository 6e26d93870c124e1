package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
    @Test
    void eachClientHasItsOwn() {
        ConcurrencyLimit atOnce = new ConcurrencyLimit(2);
        assertThat(atOnce.enter("192.0.2.1")).isTrue();
        assertThat(atOnce.enter("192.0.2.1")).isTrue();
        assertThat(atOnce.enter("192.0.2.1")).isFalse();
        assertThat(atOnce.enter("192.0.2.2")).as("another").isTrue();
        atOnce.leave("192.0.2.1");
        assertThat(atOnce.enter("192.0.2.1")).isTrue();
    }

    @Test
    void whoHasNoneIsForgotten() {
        ConcurrencyLimit atOnce = new ConcurrencyLimit(1);
        atOnce.enter("192.0.2.1");
        atOnce.enter("192.0.2.1");
        assertThat(atOnce.clients()).isEqualTo(1);
        atOnce.leave("192.0.2.1");
        assertThat(atOnce.clients()).isZero();
    }

    @Test
    void zeroIsAnyNumber() {
        ConcurrencyLimit atOnce = new ConcurrencyLimit(0);
        for (int i = 0; i < 1000; i++) {
            assertThat(atOnce.enter("192.0.2.1")).isTrue();
        }
        assertThat(atOnce.clients()).isZero();
    }
}
