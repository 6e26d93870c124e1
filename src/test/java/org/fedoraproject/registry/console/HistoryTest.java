package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final long DAY = 24 * 60;

    @TempDir
    Path root;

    private final AtomicLong minute = new AtomicLong(100_000);
    private final AtomicBoolean readOnly = new AtomicBoolean();

    private History history(String name) {
        return new History(new Stores(root).historyFiles(), readOnly::get, minute::get, name);
    }

    @Test
    void countsWhatPeopleCallPullsAndPushes() {
        History history = history("one");
        history.ended(Endpoint.MANIFEST, "GET", 200, 1);
        history.ended(Endpoint.MANIFEST, "HEAD", 200, 1);
        history.ended(Endpoint.MANIFEST, "GET", 404, 1);
        history.ended(Endpoint.MANIFEST, "PUT", 201, 1);
        history.ended(Endpoint.BLOB, "GET", 200, 1);
        history.ended(Endpoint.BLOB, "GET", 206, 1);
        history.ended(Endpoint.BLOB, "GET", 302, 1);
        history.ended(Endpoint.TAGS, "GET", 200, 1);
        history.note();
        minute.incrementAndGet();
        history.note();

        List<Load> loads = history.all().get("one");
        assertThat(loads).extracting(Load::minute).containsExactly(100_000L, 100_001L);
        assertThat(loads).extracting(Load::pulls).containsExactly(1L, 0L);
        assertThat(loads).extracting(Load::pushes).containsExactly(1L, 0L);
        assertThat(loads).extracting(Load::served).containsExactly(2L, 0L);
        assertThat(loads).extracting(Load::redirected).containsExactly(1L, 0L);
    }

    @Test
    void instancesSeeEachOtherAndGoOnAfterARestart() {
        History one = history("one");
        one.ended(Endpoint.MANIFEST, "GET", 200, 1);
        one.note();
        History two = history("two/../x");
        two.note();

        assertThat(two.all()).containsOnlyKeys("one", "two-..-x");
        assertThat(two.all().get("one")).extracting(Load::pulls).containsExactly(1L);

        minute.incrementAndGet();
        History again = history("one");
        again.note();
        assertThat(again.all().get("one")).extracting(Load::pulls).containsExactly(1L, 0L);
    }

    @Test
    void onlyTheLastDayIsKept() {
        History history = history("one");
        for (int i = 0; i < DAY + 10; i++) {
            minute.incrementAndGet();
            history.note();
        }
        assertThat(history.all().get("one")).hasSize((int) DAY);

        minute.addAndGet(2 * DAY);
        assertThat(history("two").all()).isEmpty();
        history.note();
        assertThat(history.all().get("one")).hasSize(1);
    }

    @Test
    void nothingIsWrittenWhileTheRegistryIsReadOnly() {
        readOnly.set(true);
        List<String> before = new Stores(root).files();
        history("one").note();

        assertThat(new Stores(root).files()).isEqualTo(before);
    }

    @Test
    void damagedLinesAreSkipped() {
        Load load = new Load(1, 2, 3, 4, 5, 6, 7);

        assertThat(Load.parse("x\n1 2\n" + Load.text(List.of(load)) + "1 2 3 4 5 6 -7\n"))
                .containsExactly(load);
    }
}
