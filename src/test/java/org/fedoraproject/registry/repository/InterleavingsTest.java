package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Interleaver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Concurrent operations of two instances on one repository end as if one had finished before the other began: in the
 * responses and in the resulting state. There are two exceptions. A push that lost names to a delete writes them again,
 * so it may end as if it had been sent twice; and of two deletes of the same thing, both may succeed. A build tries all
 * orders in which one of them is interrupted once; {@code -Dinterleavings=N} tries those with N interruptions.
 */
class InterleavingsTest {
    private static final String DONE = "done";
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final RepositoryName OTHER = RepositoryName.parse("b");
    private static final Tag TAG = Tag.parse("t");
    private static final Tag SECOND_TAG = Tag.parse("u");
    private static final byte[] LAYER = Content.bytes("a layer");
    private static final Digest LAYER_DIGEST = Digest.of(LAYER);
    private static final Manifest A = note("A");
    private static final Manifest B = note("B");
    private static final Manifest WITH_LAYER = Content.image(LAYER_DIGEST, LAYER_DIGEST);
    private static final Manifest REFERRER = Content.artifact("a/b", A.digest(), "refers");

    /** In memory if possible, where forcing costs nothing. */
    private static final Path MEMORY = Path.of("/dev/shm");

    enum Operation {
        PUT_A(world -> world.manifests.put(NAME, TAG, List.of(), A)),
        PUT_A_BY_DIGEST(world -> world.manifests.put(NAME, A.digest(), List.of(), A)),
        PUT_A_AS_SECOND(world -> world.manifests.put(NAME, SECOND_TAG, List.of(), A)),
        PUT_B(world -> world.manifests.put(NAME, TAG, List.of(), B)),
        PUT_B_ONCE(world -> world.manifests.put(NAME, TAG, List.of(), B, tag -> true, child -> true)),
        PUT_REFERRER(world -> world.manifests.put(NAME, REFERRER.digest(), List.of(), REFERRER)),
        PUT_WITH_LAYER(world -> world.manifests.put(NAME, SECOND_TAG, List.of(), WITH_LAYER)),
        DELETE_A(world -> world.manifests.delete(NAME, A.digest())),
        DELETE_B(world -> world.manifests.delete(NAME, B.digest())),
        DELETE_REFERRER(world -> world.manifests.delete(NAME, REFERRER.digest())),
        UNTAG(world -> world.manifests.delete(NAME, TAG)),
        DELETE_LAYER(world -> world.blobs.delete(NAME, LAYER_DIGEST)),
        MOUNT_LAYER(world -> world.uploads.mount(NAME, LAYER_DIGEST, OTHER));

        @SuppressWarnings("ImmutableEnumChecker") // they capture nothing
        private final Consumer<World> run;

        Operation(Consumer<World> run) {
            this.run = run;
        }
    }

    record Pair(boolean filled, List<Operation> operations) {
        @Override
        public String toString() {
            return operations + (filled ? " with A there" : " in an empty repository");
        }
    }

    /** Orders that have failed before and need more than one interruption. */
    private static final List<Pair> TWICE = List.of(
            new Pair(true, List.of(Operation.PUT_A, Operation.DELETE_A)),
            new Pair(true, List.of(Operation.PUT_B, Operation.DELETE_A)));

    /** One instance. */
    record World(Manifests manifests, Referrers referrers, Blobs blobs, Uploads uploads, Tags tags) {
        static World over(Path root, Steps steps) {
            Stores stores = new Stores(root, steps);
            return new World(
                    new Manifests(
                            stores.blobs(),
                            stores.links(),
                            stores.tags(),
                            stores.referrers(),
                            event -> {},
                            TestQuotas.none()),
                    new Referrers(
                            stores.referrers(),
                            stores.links(),
                            stores.tags(),
                            stores.blobs(),
                            new HeapBudget(),
                            () -> false),
                    new Blobs(stores.blobs(), stores.links(), event -> {}),
                    new Uploads(stores.uploads(), stores.links(), stores.blobs(), TestQuotas.none()),
                    new Tags(stores.tags(), stores.repositories()));
        }

        void fill(boolean withManifests) {
            uploads.put(OTHER, LAYER_DIGEST, new ByteArrayInputStream(LAYER));
            uploads.put(NAME, LAYER_DIGEST, new ByteArrayInputStream(LAYER));
            if (withManifests) {
                manifests.put(NAME, TAG, List.of(), A);
                manifests.put(NAME, REFERRER.digest(), List.of(), REFERRER);
            }
        }

        /** The state that a client can see. */
        Map<String, String> seen() {
            Map<String, String> seen = new TreeMap<>();
            for (Reference reference :
                    List.of(TAG, SECOND_TAG, A.digest(), B.digest(), WITH_LAYER.digest(), REFERRER.digest())) {
                seen.put(
                        reference.toString(),
                        answer(() -> manifests
                                .get(NAME, reference, Optional.empty())
                                .digest()
                                .toString()));
            }
            seen.put("layer", answer(() -> Long.toString(blobs.stat(NAME, LAYER_DIGEST))));
            seen.put(
                    "referrers",
                    referrers
                            .list(NAME, A.digest(), Optional.empty(), Page.parse(null, null, 10), 1_000_000)
                            .entries()
                            .stream()
                            .map(referrer -> referrer.digest().toString())
                            .toList()
                            .toString());
            seen.put(
                    "tags",
                    answer(() -> tags.list(NAME, Page.parse(null, null, 10))
                            .entries()
                            .toString()));
            return seen;
        }
    }

    private interface Question {
        String answer();
    }

    private static String answer(Question question) {
        try {
            return question.answer();
        } catch (RegistryException e) {
            return e.code().name();
        }
    }

    private Path root;
    private final List<World> instances = new ArrayList<>();
    private Steps now = Steps.NONE;

    @BeforeEach
    void makeInstances() throws Exception {
        root = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "interleavings")
                : Files.createTempDirectory("interleavings");
        Steps steps = new Steps() {
            @Override
            public void next() {
                now.next();
            }

            @Override
            public boolean await() {
                return now.await();
            }
        };
        for (int i = 0; i < 3; i++) {
            instances.add(World.over(root, steps));
        }
    }

    @AfterEach
    void clean() throws Exception {
        BuildDirectory.delete(root);
    }

    /** All pairs if the manifest exists, and those that give it names if nothing exists. */
    static Stream<Pair> pairs() {
        List<Operation> all = Arrays.asList(Operation.values());
        return Stream.concat(
                pairs(true, all),
                pairs(false, List.of(Operation.PUT_A, Operation.PUT_B, Operation.DELETE_A, Operation.UNTAG)));
    }

    private static Stream<Pair> pairs(boolean filled, List<Operation> all) {
        return IntStream.range(0, all.size())
                .boxed()
                .flatMap(i ->
                        all.subList(i, all.size()).stream().map(other -> new Pair(filled, List.of(all.get(i), other))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anyTwoAreOneAfterTheOther(Pair pair) throws Exception {
        explore(pair, Integer.getInteger("interleavings", TWICE.contains(pair) ? 2 : 1));
    }

    static Stream<Pair> triples() {
        return Stream.of(
                new Pair(true, List.of(Operation.DELETE_A, Operation.PUT_A, Operation.PUT_B)),
                new Pair(true, List.of(Operation.DELETE_A, Operation.PUT_A, Operation.PUT_A_AS_SECOND)),
                new Pair(true, List.of(Operation.DELETE_A, Operation.DELETE_A, Operation.PUT_A)));
    }

    @ParameterizedTest
    @MethodSource("triples")
    void anyThreeAreOneAfterTheOther(Pair triple) throws Exception {
        explore(triple, Integer.getInteger("interleavings", 1));
    }

    private void explore(Pair pair, int interruptions) throws Exception {
        Set<Map<String, String>> right = new HashSet<>();
        for (List<Integer> order : orders(pair.operations().size())) {
            Map<String, String> outcome = outcome(pair, order);
            right.add(outcome);
            right.add(bothDone(pair, outcome));
        }
        int tried = Interleaver.explore(interruptions, steps -> {
            begin(pair);
            Map<String, String> answers = new TreeMap<>();
            List<Runnable> all = new ArrayList<>();
            for (int i = 0; i < pair.operations().size(); i++) {
                all.add(task(pair, i, instances.get(i), answers));
            }
            now = steps;
            return new Interleaver.Operations() {
                @Override
                public List<Runnable> all() {
                    return all;
                }

                @Override
                public void check(String schedule) {
                    now = Steps.NONE;
                    answers.putAll(instances.getFirst().seen());
                    assertThat(right).as("%s, steps %s", pair, schedule).contains(answers);
                }
            };
        });
        assertThat(tried).as("orders").isGreaterThan(pair.operations().size());
    }

    private Map<String, String> outcome(Pair pair, List<Integer> order) throws Exception {
        begin(pair);
        Map<String, String> found = new TreeMap<>();
        for (int i : order) {
            task(pair, i, instances.get(i), found).run();
        }
        found.putAll(instances.getFirst().seen());
        return found;
    }

    private void begin(Pair pair) throws Exception {
        BuildDirectory.delete(root.resolve("docker"));
        instances.getFirst().fill(pair.filled());
    }

    private static Runnable task(Pair pair, int number, World world, Map<String, String> answers) {
        Operation operation = pair.operations().get(number);
        return () -> {
            String answer = answer(() -> {
                operation.run.accept(world);
                return DONE;
            });
            synchronized (answers) {
                answers.merge(number + " " + operation, answer, (first, second) -> first.equals(DONE) ? first : second);
            }
        };
    }

    private static Map<String, String> bothDone(Pair pair, Map<String, String> outcome) {
        Map<String, String> both = new TreeMap<>(outcome);
        for (int i = 0; i < pair.operations().size(); i++) {
            Operation operation = pair.operations().get(i);
            boolean done = IntStream.range(0, pair.operations().size())
                    .filter(other -> pair.operations().get(other) == operation)
                    .anyMatch(other -> DONE.equals(outcome.get(other + " " + operation)));
            if (done) {
                both.put(i + " " + operation, DONE);
            }
        }
        return both;
    }

    /** Each operation once, in any order, and one of them a second time. */
    private static List<List<Integer>> orders(int count) {
        List<Integer> once = IntStream.range(0, count).boxed().toList();
        List<List<Integer>> orders = new ArrayList<>(permutations(once));
        for (int twice : once) {
            List<Integer> longer = new ArrayList<>(once);
            longer.add(twice);
            orders.addAll(permutations(longer));
        }
        return orders.stream().distinct().toList();
    }

    private static List<List<Integer>> permutations(List<Integer> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            List<Integer> rest = new ArrayList<>(items.subList(0, i));
            rest.addAll(items.subList(i + 1, items.size()));
            for (List<Integer> tail : permutations(rest)) {
                List<Integer> order = new ArrayList<>(List.of(items.get(i)));
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }

    private static Manifest note(String note) {
        return Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
                 "annotations": {"note": "%s"}}""".formatted(note));
    }
}
