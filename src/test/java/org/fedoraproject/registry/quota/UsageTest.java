package org.fedoraproject.registry.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final long KEY = 7;

    private final Usage usage = new Usage();

    /** Before the changes files are read again, which may fail. */
    @Test
    void newCountHasTheOlderChangesOfOtherInstances() {
        Changes other = new Changes();
        other.add(1, KEY, 100);
        usage.put(count(1));
        usage.putOthers(List.of(other));
        assertThat(usage.used(KEY)).isEqualTo(100);

        usage.put(count(2));

        assertThat(usage.used(KEY)).isZero();
    }

    private static Count count(long epoch) {
        return new Count(epoch, Instant.EPOCH, Duration.ZERO, Set.of(), new LongSums(), Map.of());
    }
}
