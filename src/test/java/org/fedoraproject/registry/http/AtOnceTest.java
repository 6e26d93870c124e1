package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AtOnceTest {
    @Test
    void eachClientHasItsOwn() {
        AtOnce atOnce = new AtOnce(2);
        assertThat(atOnce.enter("192.0.2.1")).isTrue();
        assertThat(atOnce.enter("192.0.2.1")).isTrue();
        assertThat(atOnce.enter("192.0.2.1")).isFalse();
        assertThat(atOnce.enter("192.0.2.2")).as("another").isTrue();
        atOnce.leave("192.0.2.1");
        assertThat(atOnce.enter("192.0.2.1")).isTrue();
    }

    @Test
    void whoHasNoneIsForgotten() {
        AtOnce atOnce = new AtOnce(1);
        atOnce.enter("192.0.2.1");
        atOnce.enter("192.0.2.1");
        assertThat(atOnce.clients()).isEqualTo(1);
        atOnce.leave("192.0.2.1");
        assertThat(atOnce.clients()).isZero();
    }

    @Test
    void zeroIsAnyNumber() {
        AtOnce atOnce = new AtOnce(0);
        for (int i = 0; i < 1000; i++) {
            assertThat(atOnce.enter("192.0.2.1")).isTrue();
        }
        assertThat(atOnce.clients()).isZero();
    }
}
