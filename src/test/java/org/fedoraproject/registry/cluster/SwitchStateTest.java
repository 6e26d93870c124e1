package org.fedoraproject.registry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SwitchStateTest {
    private final SwitchState state = new SwitchState();

    @Test
    void laterChangeWins() {
        assertThat(state.merge(Switch.READ_ONLY, new SwitchChange("true", 10, "two")))
                .isTrue();
        assertThat(state.merge(Switch.READ_ONLY, new SwitchChange("false", 11, "one")))
                .isTrue();
        assertThat(state.merge(Switch.READ_ONLY, new SwitchChange("true", 10, "two")))
                .isFalse();

        assertThat(state.all().get(Switch.READ_ONLY).position()).isEqualTo("false");
    }

    @Test
    void switchesAreApart() {
        state.merge(Switch.READ_ONLY, new SwitchChange("true", 10, "two"));
        state.merge(Switch.REDIRECT, new SwitchChange("false", 1, "two"));

        assertThat(state.all())
                .isEqualTo(Map.of(
                        Switch.READ_ONLY, new SwitchChange("true", 10, "two"),
                        Switch.REDIRECT, new SwitchChange("false", 1, "two")));
    }

    @Test
    void statesWithTheSameChangesAreEqualInAnyOrder() {
        Random random = new Random(7);
        List<SwitchChange> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(new SwitchChange("position " + i, random.nextInt(5), "member " + random.nextInt(3) + i));
        }
        all.forEach(change -> state.merge(Switch.LOG_LEVEL, change));
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(all, random);
            SwitchState other = new SwitchState();
            all.forEach(change -> other.merge(Switch.LOG_LEVEL, change));
            all.subList(0, 7).forEach(change -> other.merge(Switch.LOG_LEVEL, change));
            assertThat(other.all()).isEqualTo(state.all());
        }
    }

    @Test
    void nextChangeIsLaterThanAllKnownThoughTheClockIsBehind() {
        assertThat(state.nextTime(5)).isEqualTo(5);
        state.merge(Switch.REDIRECT, new SwitchChange("true", 100, "ahead"));

        assertThat(state.nextTime(5)).isEqualTo(101);
        assertThat(state.nextTime(500)).isEqualTo(500);
    }
}
