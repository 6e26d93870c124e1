package org.fedoraproject.registry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SwitchBoardTest {
    private final SwitchBoard board = new SwitchBoard();

    @Test
    void laterThrowWins() {
        assertThat(board.hear(Switch.READ_ONLY, new Thrown("true", 10, "two"))).isTrue();
        assertThat(board.hear(Switch.READ_ONLY, new Thrown("false", 11, "one"))).isTrue();
        assertThat(board.hear(Switch.READ_ONLY, new Thrown("true", 10, "two"))).isFalse();

        assertThat(board.all().get(Switch.READ_ONLY).position()).isEqualTo("false");
    }

    @Test
    void switchesAreApart() {
        board.hear(Switch.READ_ONLY, new Thrown("true", 10, "two"));
        board.hear(Switch.REDIRECT, new Thrown("false", 1, "two"));

        assertThat(board.all())
                .isEqualTo(Map.of(
                        Switch.READ_ONLY, new Thrown("true", 10, "two"),
                        Switch.REDIRECT, new Thrown("false", 1, "two")));
    }

    @Test
    void boardsThatHeardTheSameAgreeWhateverTheOrder() {
        Random random = new Random(7);
        List<Thrown> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(new Thrown("position " + i, random.nextInt(5), "member " + random.nextInt(3) + i));
        }
        all.forEach(thrown -> board.hear(Switch.LOG_LEVEL, thrown));
        for (int round = 0; round < 50; round++) {
            Collections.shuffle(all, random);
            SwitchBoard other = new SwitchBoard();
            all.forEach(thrown -> other.hear(Switch.LOG_LEVEL, thrown));
            all.subList(0, 7).forEach(thrown -> other.hear(Switch.LOG_LEVEL, thrown));
            assertThat(other.all()).isEqualTo(board.all());
        }
    }

    @Test
    void nextThrowIsLaterThanAllKnownThoughTheClockIsBehind() {
        assertThat(board.next(5)).isEqualTo(5);
        board.hear(Switch.REDIRECT, new Thrown("true", 100, "ahead"));

        assertThat(board.next(5)).isEqualTo(101);
        assertThat(board.next(500)).isEqualTo(500);
    }
}
