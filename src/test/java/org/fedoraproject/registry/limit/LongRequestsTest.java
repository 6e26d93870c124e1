package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Three of four threads. */
class LongRequestsTest {
    private final LimitSettings settings = new LimitSettings();

    @Test
    void hasSoManyPlacesAndNoMore() {
        LongRequests places = places();
        assertThat(places.enter()).isTrue();
        assertThat(places.enter()).isTrue();
        assertThat(places.enter()).isTrue();
        assertThat(places.enter()).isFalse();
        assertThat(places.count()).isEqualTo(3);
        places.leave();
        assertThat(places.enter()).isTrue();
    }

    @Test
    void neverHasMoreForManyAtOnce() throws Exception {
        LongRequests places = places();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> rounds = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                rounds.add(threads.submit(() -> {
                    for (int round = 0; round < 10_000; round++) {
                        if (places.enter()) {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            inside.decrementAndGet();
                            places.leave();
                        }
                    }
                }));
            }
            for (Future<?> round : rounds) {
                round.get();
            }
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(places.count()).isZero();
    }

    private LongRequests places() {
        settings.maxThreads = 4;
        return new LongRequests(settings.config(), new Limits(settings.config()));
    }
}
