package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagStoreTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final Tag LATEST = Tag.parse("latest");
    private static final Digest ONE = Digest.of(bytes("one"));
    private static final Digest TWO = Digest.of(bytes("two"));

    private static final String TAGS = "repositories/a/_manifests/tags/";

    @TempDir
    Path root;

    private Stores stores;
    private TagStore tags;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        tags = stores.tags();
    }

    @Test
    void tagIsLinkedAsDockerDistributionDoes() {
        tags.put(NAME, LATEST, ONE);

        assertThat(stores.files())
                .containsExactly(
                        TAGS + "latest/current/link -> " + ONE,
                        TAGS + "latest/index/sha256/" + ONE.hex() + "/link -> " + ONE);
        assertThat(tags.get(NAME, LATEST)).hasValue(ONE);
    }

    @Test
    void movedTagKeepsWhatItNamedInItsIndex() {
        tags.put(NAME, LATEST, ONE);
        tags.put(NAME, LATEST, TWO);

        assertThat(tags.get(NAME, LATEST)).hasValue(TWO);
        assertThat(stores.files())
                .containsExactlyInAnyOrder(
                        TAGS + "latest/current/link -> " + TWO,
                        TAGS + "latest/index/sha256/" + ONE.hex() + "/link -> " + ONE,
                        TAGS + "latest/index/sha256/" + TWO.hex() + "/link -> " + TWO);
    }

    @Test
    void tagThatIsPutOnceStays() {
        assertThat(tags.putOnce(NAME, LATEST, ONE).digest()).isEqualTo(ONE);
        assertThat(tags.putOnce(NAME, LATEST, TWO).digest()).isEqualTo(ONE);
        assertThat(tags.putOnce(NAME, LATEST, ONE).digest()).isEqualTo(ONE);

        assertThat(stores.files())
                .containsExactly(
                        TAGS + "latest/current/link -> " + ONE,
                        TAGS + "latest/index/sha256/" + ONE.hex() + "/link -> " + ONE);
    }

    @Test
    void oneOfManyThatPutATagOnceMakesIt() throws Exception {
        for (int round = 0; round < 20; round++) {
            Tag tag = Tag.parse("round" + round);
            List<Callable<Digest>> puts = IntStream.range(0, 8)
                    .<Callable<Digest>>mapToObj(i -> () ->
                            tags.putOnce(NAME, tag, i % 2 == 0 ? ONE : TWO).digest())
                    .toList();
            try (var executor = Executors.newFixedThreadPool(8)) {
                assertThat(executor.invokeAll(puts).stream().map(Future::resultNow))
                        .containsOnly(tags.get(NAME, tag).orElseThrow());
            }
        }
    }

    @Test
    void garbageIsNoTagThatStays() throws IOException {
        tags.put(NAME, LATEST, ONE);
        Path link = root.resolve("docker/registry/v2/" + TAGS + "latest/current/link");
        Files.writeString(link, "");

        assertThat(tags.putOnce(NAME, LATEST, TWO).digest()).isEqualTo(TWO);
        assertThat(tags.get(NAME, LATEST)).hasValue(TWO);
    }

    private List<Tag> list() {
        return tags.list(NAME, new Page(100, ""), tag -> {}).entries();
    }

    @Test
    void deletedTagLeavesNothing() {
        tags.put(NAME, LATEST, ONE);
        tags.put(NAME, LATEST, TWO);
        tags.put(NAME, Tag.parse("other"), ONE);

        assertThat(tags.delete(NAME, LATEST)).isTrue();
        assertThat(tags.delete(NAME, LATEST)).isFalse();

        assertThat(tags.get(NAME, LATEST)).isEmpty();
        assertThat(list()).containsExactly(Tag.parse("other"));
        assertThat(stores.at(TAGS + "latest")).doesNotExist();
        stores.assertNoLeftovers();
    }

    @Test
    void brokenTagIsMissingButCanBeDeletedAndPut() throws IOException {
        stores.write(TAGS + "latest/current/link", "");
        assertThat(tags.get(NAME, LATEST)).isEmpty();
        assertThat(tags.delete(NAME, LATEST)).isTrue();

        stores.write(TAGS + "latest/current/link", "garbage");
        tags.put(NAME, LATEST, ONE);
        assertThat(tags.get(NAME, LATEST)).hasValue(ONE);
    }

    @Test
    void listIsInAsciiOrderAndSkipsWhatIsNoTag() throws IOException {
        for (String name : new String[] {
            "b", "B", "1.10", "1.9", "_", "a-", "-a", ".hidden", "b.2f1c7ef0-4a2b-4f3e-9d1a-0123456789ab.tmp", "a+b"
        }) {
            stores.write(TAGS + name + "/current/link", ONE.toString());
        }

        assertThat(list()).extracting(Tag::value).containsExactly("1.10", "1.9", "B", "_", "a-", "b");
    }

    @Test
    void listOfWhatNeverWasIsEmpty() {
        assertThat(list()).isEmpty();
    }

    @Test
    void deletesAllTagsThatNameAManifestAndNoOthers() throws IOException {
        for (int i = 0; i < 250; i++) {
            tags.put(NAME, Tag.parse("t" + i), i % 50 == 0 ? ONE : TWO);
        }
        tags.put(NAME, LATEST, ONE);
        tags.put(NAME, LATEST, TWO);

        assertThat(tags.deleteAll(NAME, Set.of(ONE), () -> {}, tag -> {})).isTrue();
        assertThat(tags.deleteAll(NAME, Set.of(ONE), () -> {}, tag -> {})).isFalse();

        assertThat(tags.list(NAME, new Page(1000, ""), tag -> {}).entries())
                .hasSize(246)
                .contains(LATEST, Tag.parse("t249"))
                .doesNotContain(Tag.parse("t0"), Tag.parse("t200"));
        stores.assertNoLeftovers();
    }

    @Test
    void deletesAllTagsOfARepositoryWithoutAny() {
        assertThat(tags.deleteAll(NAME, Set.of(ONE), () -> {}, tag -> {})).isFalse();
    }

    /** With many tags, as on a share that takes a millisecond for each answer. */
    @Test
    void readsTheLinksOfManyTagsAtOnce() throws IOException {
        for (int i = 0; i < 1000; i++) {
            stores.write(TAGS + "t" + i + "/current/link", TWO.toString());
        }
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger uses = new AtomicInteger();
        Stores slow = new Stores(root, 16, new Steps() {
            @Override
            public void next() {
                uses.incrementAndGet();
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                inside.decrementAndGet();
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        assertThat(slow.tags().deleteAll(NAME, Set.of(ONE), () -> {}, tag -> {}))
                .isFalse();

        assertThat(most.get()).as("at once").isBetween(2, 4); // a quarter of the connections
        assertThat(uses.get()).as("uses of a connection").isLessThan(20);
    }

    @Test
    void aSearchThatFailsEnds() throws IOException {
        for (int i = 0; i < 1000; i++) {
            stores.write(TAGS + "t" + i + "/current/link", ONE.toString());
        }
        AtomicInteger uses = new AtomicInteger();
        Stores failing = new Stores(root, 16, new Steps() {
            @Override
            public void next() {
                if (uses.incrementAndGet() > 3) {
                    throw RegistryException.unavailable(Duration.ofSeconds(1), null);
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        assertRefused(ErrorCode.UNAVAILABLE, () -> failing.tags().deleteAll(NAME, Set.of(ONE), () -> {}, tag -> {}));
    }
}
