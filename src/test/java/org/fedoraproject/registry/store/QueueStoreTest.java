package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueStoreTest {
    @TempDir
    Path root;

    private QueueStore queue;
    private QueueStore elsewhere;

    @BeforeEach
    void open() {
        queue = new QueueStore(new Stores(root).storage());
        elsewhere = new QueueStore(new Stores(root).storage());
    }

    @Test
    void entriesAreThereForOtherInstancesAndAfterARestart() {
        queue.put("one", "first");
        queue.put("one", "second \u00e4");

        List<String> ids = elsewhere.list("one");
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
        assertThat(ids.stream().map(id -> elsewhere.get("one", id).orElseThrow()))
                .containsExactlyInAnyOrder("first", "second \u00e4");
    }

    @Test
    void sameTextTwiceIsTwoEntries() {
        queue.put("one", "again");
        queue.put("one", "again");

        assertThat(queue.list("one")).hasSize(2);
    }

    @Test
    void entryThatAnotherInstanceTookOutIsGone() {
        queue.put("one", "first");
        queue.put("one", "second");
        String id = queue.list("one").getFirst();

        elsewhere.delete("one", id);

        assertThat(queue.get("one", id)).isEmpty();
        assertThat(queue.list("one")).hasSize(1).doesNotContain(id);
        queue.delete("one", id);
        assertThat(queue.list("one")).hasSize(1);
    }

    @Test
    void queuesDoNotMixAndBeginEmpty() {
        queue.put("one", "first");

        assertThat(queue.list("two")).isEmpty();
        assertThat(queue.get("two", queue.list("one").getFirst())).isEmpty();
    }

    /** docker-distribution's tree is unchanged, and no half-written entry is ever visible. */
    @Test
    void entriesStandBesideTheTree() {
        queue.put("one", "first");

        assertThat(new Stores(root).files()).isEmpty();
        assertThat(root.resolve(".queues/one/" + queue.list("one").getFirst())).hasContent("first");
        new Stores(root).assertNoLeftovers();
    }
}
