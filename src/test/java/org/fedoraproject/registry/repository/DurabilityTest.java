package org.fedoraproject.registry.repository;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the system calls of a push for what a power cut at any moment would leave: a file is forced before it gets a
 * name in the tree, and the name is forced before the next name is given.
 */
@NeedsCommand("strace")
class DurabilityTest {
    /** {@code -y} prints each descriptor's path; threads may interrupt each other's lines. */
    private static final Pattern FORCE =
            Pattern.compile("(\\d+) +f(?:data)?sync\\(\\d+<(.*)>(?:\\) += 0| <unfinished.*)");

    private static final Pattern FORCED_AT_LAST = Pattern.compile("(\\d+) +<\\.\\.\\. f(?:data)?sync resumed>\\) += 0");
    private static final Pattern WRITE = Pattern.compile("\\d+ +p?write(?:64)?\\(\\d+<(.*?)>, .*");
    private static final Pattern MADE = Pattern.compile("\\d+ +mkdir\\(\"(.*)\", .*\\) += 0");
    private static final Pattern NAME = Pattern.compile("\\d+ +(?:rename|link)\\(\"(.*)\", \"(.*)\"\\) += 0");

    private enum Kind {
        MAKE_DIRECTORY,
        WRITE,
        FORCE,
        NAME
    }

    /** @param name the name that the file gets, if it gets one */
    private record Call(Kind kind, Path path, Optional<Path> name) {}

    @TempDir
    Path root;

    private final List<Call> calls = new ArrayList<>();

    /** The end of an operation, when its client has the response. */
    private static final String ANSWERED = "answered-";

    /** Pushes a blob in two parts and a manifest with a tag, moves the tag, and pushes blobs, also in one request, and mounts one into new repositories. */
    static final class Push {
        private Push() {}

        private static void answered(Path tree, int number) {
            if (!tree.resolve(ANSWERED + number).toFile().mkdir()) {
                throw new IllegalStateException();
            }
        }

        public static void main(String... arguments) {
            Path tree = Path.of(arguments[0]);
            Stores stores = new Stores(tree);
            Uploads uploads = new Uploads(stores.uploads(), stores.links(), stores.blobs(), TestQuotas.none());
            Manifests manifests = new Manifests(
                    stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
            RepositoryName name = RepositoryName.parse("a/b");
            byte[] blob = "{}".getBytes(UTF_8);
            UUID id = uploads.start(name, Digest.Algorithm.SHA256);
            uploads.append(name, id, Optional.empty(), new ByteArrayInputStream(blob, 0, 1));
            uploads.complete(name, id, Digest.of(blob), Optional.empty(), new ByteArrayInputStream(blob, 1, 1));
            answered(tree, 1);
            for (String note : List.of("one", "two")) {
                Manifest manifest = Content.manifest("""
                        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
                         "annotations": {"note": "%s"}}""".formatted(note));
                manifests.put(name, Tag.parse("latest"), List.of(), manifest);
            }
            answered(tree, 2);
            RepositoryName whole = RepositoryName.parse("whole/new");
            byte[] other = "[]".getBytes(UTF_8);
            UUID second = uploads.start(whole, Digest.Algorithm.SHA256);
            uploads.complete(whole, second, Digest.of(other), Optional.empty(), new ByteArrayInputStream(other));
            answered(tree, 3);
            RepositoryName single = RepositoryName.parse("single/new");
            byte[] third = "3".getBytes(UTF_8);
            uploads.put(single, Digest.of(other), new ByteArrayInputStream(other));
            uploads.put(single, Digest.of(third), new ByteArrayInputStream(third));
            answered(tree, 4);
            uploads.mount(RepositoryName.parse("mounted/new"), Digest.of(blob), name);
            answered(tree, 5);
        }
    }

    @BeforeEach
    void push() throws Exception {
        Path trace = root.resolve("trace");
        Path tree = Files.createDirectory(root.resolve("tree"));
        Command.of(
                        root,
                        "strace",
                        "-f",
                        "-y",
                        "-s",
                        "200",
                        "-e",
                        "trace=write,pwrite64,fsync,fdatasync,rename,link,mkdir",
                        "-o",
                        trace.toString(),
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Push.class.getName(),
                        tree.toString())
                .run();
        read(trace);
    }

    @Test
    void nothingGetsANameBeforeItIsForced() {
        List<Integer> namings = namings();

        assertThat(namings)
                .as(
                        "blob, its link, twice a manifest, its link, the tag's index and the tag, blob, its link, one more link, blob, its link, and one more link")
                .hasSize(16);
        for (int at : namings) {
            List<Call> before = calls.subList(0, at);
            List<Path> content = namesSoFar(calls.get(at).path(), before);
            int lastWrite = before.stream()
                    .filter(call -> call.kind() == Kind.WRITE && content.contains(call.path()))
                    .mapToInt(before::lastIndexOf)
                    .max()
                    .orElse(-1);
            assertThat(before.subList(lastWrite + 1, at))
                    .as("before it is %s", calls.get(at).name())
                    .anyMatch(call -> call.kind() == Kind.FORCE && content.contains(call.path()));
        }
    }

    /** The name of a file before all its moves. */
    private static List<Path> namesSoFar(Path last, List<Call> before) {
        List<Path> names = new ArrayList<>(List.of(last));
        for (Call call : before.reversed()) {
            if (call.name().equals(Optional.of(names.getLast()))) {
                names.add(call.path());
            }
        }
        return names;
    }

    @Test
    void nameIsForcedBeforeTheNextIsGiven() {
        List<Integer> namings = new ArrayList<>(namings());
        namings.add(calls.size());

        for (int i = 0; i + 1 < namings.size(); i++) {
            Path file = calls.get(namings.get(i)).name().orElseThrow();
            assertThat(calls.subList(namings.get(i), namings.get(i + 1)))
                    .as("forced after %s was named", file)
                    .contains(forced(file.getParent()));
        }
    }

    @Test
    void allDirectoriesOfAPushAreForcedBeforeItsAnswer() {
        int looked = 0;
        for (int at = 0; at < calls.size(); at++) {
            Path made = calls.get(at).path();
            if (calls.get(at).kind() != Kind.MAKE_DIRECTORY
                    || !isInTree(made)
                    || made.toString().contains("/_uploads/")) {
                continue;
            }
            List<Call> until = calls.subList(at, answer(at));
            assertThat(until).as("forced after %s was made", made).contains(forced(made.getParent()));
            looked++;
        }
        assertThat(looked).as("directories of four repositories").isGreaterThan(20);
    }

    private int answer(int at) {
        int end = at;
        while (calls.get(end).kind() != Kind.MAKE_DIRECTORY
                || !calls.get(end).path().getFileName().toString().startsWith(ANSWERED)) {
            end++;
        }
        return end;
    }

    private static Call forced(Path path) {
        return new Call(Kind.FORCE, path, Optional.empty());
    }

    /** The directory where files of the tree get their names; others are moved out of it. */
    private List<Integer> namings() {
        return IntStream.range(0, calls.size())
                .filter(i -> calls.get(i).name().stream().anyMatch(DurabilityTest::isInTree))
                .boxed()
                .toList();
    }

    private static boolean isInTree(Path name) {
        return name.toString().contains("/docker/registry/v2/");
    }

    private void read(Path trace) throws IOException {
        Map<String, Path> unfinished = new HashMap<>();
        for (String line : Files.readAllLines(trace, ISO_8859_1)) {
            Matcher write = WRITE.matcher(line);
            Matcher force = FORCE.matcher(line);
            Matcher forcedAtLast = FORCED_AT_LAST.matcher(line);
            Matcher naming = NAME.matcher(line);
            Matcher made = MADE.matcher(line);
            if (made.matches()) {
                calls.add(new Call(Kind.MAKE_DIRECTORY, Path.of(made.group(1)), Optional.empty()));
            } else if (write.matches()) {
                calls.add(new Call(Kind.WRITE, Path.of(write.group(1)), Optional.empty()));
            } else if (force.matches() && line.contains("<unfinished")) {
                unfinished.put(force.group(1), Path.of(force.group(2)));
            } else if (force.matches()) {
                calls.add(forced(Path.of(force.group(2))));
            } else if (forcedAtLast.matches()) {
                calls.add(forced(unfinished.remove(forcedAtLast.group(1))));
            } else if (naming.matches()) {
                calls.add(new Call(Kind.NAME, Path.of(naming.group(1)), Optional.of(Path.of(naming.group(2)))));
            }
        }
    }
}
