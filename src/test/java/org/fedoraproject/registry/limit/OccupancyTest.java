package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OccupancyTest {
    @Test
    void hasSoManyPlacesAndNoMore() {
        Occupancy places = new Occupancy(2);
        assertThat(places.enter()).isTrue();
        assertThat(places.enter()).isTrue();
        assertThat(places.enter()).isFalse();
        assertThat(places.taken()).isEqualTo(2);
        places.leave();
        assertThat(places.enter()).isTrue();
    }

    @Test
    void neverHasMoreForManyAtOnce() throws Exception {
        Occupancy places = new Occupancy(3);
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
        assertThat(places.taken()).isZero();
    }
}
