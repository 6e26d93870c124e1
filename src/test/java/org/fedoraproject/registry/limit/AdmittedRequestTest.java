package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmittedRequestTest {
    private static final String CLIENT = "192.0.2.1";

    private final ConcurrencyLimit atOnce = new ConcurrencyLimit(10);
    private final LimitSettings settings = new LimitSettings();
    private final Limits limits = new Limits(settings.config());

    @Test
    void longOnesHaveThreeQuartersOfTheThreads() {
        settings.maxThreads = 4;
        LongRequests longRequests = new LongRequests(settings.config(), limits);
        AdmittedRequest first = visit(longRequests);
        assertThat(first.mayWait()).isTrue();
        assertThat(first.mayWait()).as("again").isTrue();
        assertThat(visit(longRequests).mayWait()).isTrue();
        assertThat(visit(longRequests).mayWait()).isTrue();
        AdmittedRequest refused = visit(longRequests);
        assertThat(refused.mayWait()).isFalse();
        assertThat(longRequests.count()).isEqualTo(3);

        first.end();
        assertThat(refused.mayWait()).as("what was refused").isFalse();
        assertThat(visit(longRequests).mayWait()).isTrue();
        assertThat(limits.count(LimitKind.LONG_REQUESTS)).isEqualTo(1);
    }

    @Test
    void endGivesBackWhatItHadAndNoMore() {
        LongRequests longRequests = new LongRequests(settings.config(), limits);
        AdmittedRequest visit = visit(longRequests);
        visit(longRequests);
        visit.mayWait();
        visit.end();
        visit.end();
        assertThat(longRequests.count()).isZero();
        assertThat(atOnce.clients()).as("the other").isEqualTo(1);
    }

    /** A connection may end while a thread still works for it. */
    @Test
    void noThreadWaitsForWhatHasEnded() {
        LongRequests longRequests = new LongRequests(settings.config(), limits);
        AdmittedRequest visit = visit(longRequests);
        visit.end();
        assertThat(visit.mayWait()).isFalse();
        assertThat(longRequests.count()).isZero();
    }

    private AdmittedRequest visit(LongRequests longRequests) {
        atOnce.enter(CLIENT);
        return new AdmittedRequest(CLIENT, atOnce, longRequests);
    }
}
