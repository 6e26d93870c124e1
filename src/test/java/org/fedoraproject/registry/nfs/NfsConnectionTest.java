package org.fedoraproject.registry.nfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.testing.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfsConnectionTest {
    private static final byte[] OLD = "old".getBytes(UTF_8);
    private static final byte[] NEW = "new and longer".getBytes(UTF_8);

    @TempDir
    Path root;

    private NfsConnectionFactory factory;
    private NfsConnection connection;

    @BeforeEach
    void connect() throws IOException {
        factory = TestFactory.of(root, 4);
        connection = factory.getConnection();
    }

    @AfterEach
    void disconnect() {
        connection.close();
    }

    @Test
    void writeMakesTheDirectoriesAbove() throws IOException {
        Path file = root.resolve("a/b/c/file");

        connection.write(file, OLD);

        assertThat(file).hasBinaryContent(OLD);
        assertThat(connection.read(file, 100)).hasValue(OLD);
    }

    @Test
    void writeReplacesAndLeavesNothingBeside() throws IOException {
        Path file = root.resolve("directory/file");
        connection.write(file, OLD);
        connection.write(file, NEW);

        assertThat(file).hasBinaryContent(NEW);
        assertThat(connection.list(file.getParent())).hasValue(List.of("file"));
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void eachWayToNameAFileIsMeasured() throws IOException {
        List<Operation> seen = new ArrayList<>();
        factory.observe((operation, nanos) -> seen.add(operation));

        connection.writeOnce(() -> root.resolve("first"), OLD);
        assertThat(seen).containsOnlyOnce(Operation.RENAME);

        connection.writeOnce(root.resolve("second"), OLD);
        connection.moveOnce(root.resolve("second"), root.resolve("third"));
        connection.putBackFile(root.resolve("third"), root.resolve("fourth"));
        assertThat(seen).filteredOn(Operation.RENAME::equals).hasSize(4);
    }

    @Test
    void writeThatFailsLeavesWhatWasThereAndNoDraft() throws IOException {
        Path occupied = root.resolve("occupied");
        connection.write(occupied.resolve("file"), OLD);

        assertThatIOException().isThrownBy(() -> connection.write(occupied, NEW));
        assertThatIOException().isThrownBy(() -> connection.write(occupied.resolve("file/below"), NEW));

        assertThat(occupied.resolve("file")).hasBinaryContent(OLD);
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void onlyRegularFilesAreRead() throws Exception {
        Path outside = Files.write(root.resolve("outside"), OLD);
        Path link = Files.createSymbolicLink(root.resolve("link"), outside);
        Path pipe = root.resolve("pipe");
        Command.of(root, "mkfifo", pipe.toString()).run();

        for (Path other : List.of(link, pipe, Files.createDirectory(root.resolve("directory")))) {
            assertThat(connection.read(other, 100)).as(other.toString()).isEmpty();
            assertThat(connection.open(other)).as(other.toString()).isEmpty();
            assertThat(connection.size(other)).as(other.toString()).isEmpty();
        }
    }

    @Test
    void writeOnceLeavesWhatIsThere() throws IOException {
        Path file = root.resolve("a/b/file");

        assertThat(connection.writeOnce(file, OLD)).isTrue();
        assertThat(connection.writeOnce(file, NEW)).isFalse();

        assertThat(file).hasBinaryContent(OLD);
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    @Test
    void readersSeeTheOldOrTheNewContentWhileItIsReplaced() throws Exception {
        Path file = root.resolve("file");
        connection.write(file, OLD);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writer = executor.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    connection.write(file, i % 2 == 0 ? NEW : OLD);
                }
                return null;
            });
            try (NfsConnection reader = factory.getConnection()) {
                do {
                    assertThat(reader.read(file, 100))
                            .hasValueSatisfying(content -> assertThat(content).isIn(OLD, NEW));
                } while (!writer.isDone());
            }
            writer.get();
        }
    }

    @Test
    void readGivesOneByteMoreThanTheLimitOfLongerFiles() throws IOException {
        Path file = Files.write(root.resolve("file"), new byte[10]);

        assertThat(connection.read(file, 4))
                .hasValueSatisfying(content -> assertThat(content).hasSize(5));
        assertThat(connection.read(file, 9))
                .hasValueSatisfying(content -> assertThat(content).hasSize(10));
        assertThat(connection.read(file, 10))
                .hasValueSatisfying(content -> assertThat(content).hasSize(10));
        assertThat(connection.read(file, Integer.MAX_VALUE))
                .hasValueSatisfying(content -> assertThat(content).hasSize(10));
    }

    @Test
    void whatIsMissingIsEmptyAndNoFault() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        for (Path missing : List.of(root.resolve("x"), root.resolve("x/y/z"), file.resolve("x"), file.resolve("x/y"))) {
            assertThat(connection.read(missing, 1)).as("read %s", missing).isEmpty();
            assertThat(connection.open(missing)).as("open %s", missing).isEmpty();
            assertThat(connection.openForWriting(missing))
                    .as("open %s", missing)
                    .isEmpty();
            assertThat(connection.list(missing)).as("list %s", missing).isEmpty();
            assertThat(connection.lastModified(missing))
                    .as("time of %s", missing)
                    .isEmpty();
            assertThat(connection.isDirectory(missing))
                    .as("directory %s", missing)
                    .isFalse();
            assertThat(connection.delete(missing)).as("delete %s", missing).isFalse();
            assertThat(connection.deleteTree(missing)).as("delete %s", missing).isFalse();
            assertThat(connection.discardTree(missing))
                    .as("discard %s", missing)
                    .isFalse();
        }
    }

    @Test
    void directoryIsNoFileAndFileIsNoDirectory() throws IOException {
        Path directory = Files.createDirectory(root.resolve("directory"));
        Path file = Files.createFile(root.resolve("file"));

        assertThat(connection.read(directory, 100)).isEmpty();
        assertThat(connection.openForWriting(directory)).isEmpty();
        assertThat(connection.list(file)).isEmpty();
        assertThat(connection.isDirectory(file)).isFalse();
        assertThat(connection.isDirectory(directory)).isTrue();
    }

    @Test
    void listSkipsWhatOthersLeaveForAWhile() throws IOException {
        for (String name : List.of(
                ".nfs0001",
                ".snapshot",
                "link.2f1c7ef0-4a2b-4f3e-9d1a-0123456789ab.tmp",
                "a",
                "a.tmp",
                "tmp",
                ".hidden",
                "nfs",
                "b.tmp.c")) {
            Files.createDirectories(root.resolve("list").resolve(name));
        }

        assertThat(connection.list(root.resolve("list")))
                .hasValueSatisfying(names ->
                        assertThat(names).containsExactlyInAnyOrder("a", "a.tmp", "tmp", ".hidden", "nfs", "b.tmp.c"));
    }

    @Test
    void createLeavesTheFileThatIsThere() throws IOException {
        Path file = root.resolve("file");

        assertThat(connection.create(file, OLD)).isTrue();
        assertThat(connection.create(file, NEW)).isFalse();
        assertThat(file).hasBinaryContent(OLD);
    }

    @Test
    void createFromManyThreadsHasOneWinner() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                Path file = root.resolve("file-" + round);
                List<Callable<Boolean>> racers = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    racers.add(() -> connection.create(file, OLD));
                }
                int winners = 0;
                for (Future<Boolean> racer : executor.invokeAll(racers)) {
                    winners += racer.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        }
    }

    @Test
    void moveReplacesAndMakesTheDirectoriesAbove() throws IOException {
        Path from = Files.write(root.resolve("from"), NEW);
        Path to = root.resolve("a/b/to");
        connection.write(to, OLD);

        connection.move(from, to);

        assertThat(from).doesNotExist();
        assertThat(to).hasBinaryContent(NEW);

        connection.move(to, root.resolve("c/d/to"));
        assertThat(root.resolve("c/d/to")).hasBinaryContent(NEW);
    }

    @Test
    void makeDirectoriesTakesThoseThatAreThere() throws IOException {
        connection.makeDirectories(root.resolve("a/b"));
        connection.makeDirectories(root.resolve("a/b"));
        connection.makeDirectories(root.resolve("a/b/c/d"));

        assertThat(root.resolve("a/b/c/d")).isDirectory();
    }

    @Test
    void deleteTellsWhetherThereWasOne() throws IOException {
        Path file = Files.createFile(root.resolve("file"));

        assertThat(connection.delete(file)).isTrue();
        assertThat(connection.delete(file)).isFalse();
        assertThat(file).doesNotExist();
    }

    @Test
    void deleteTreeLeavesNothingOfIt() throws IOException {
        Path kept = Files.createFile(root.resolve("kept"));
        for (Path tree : List.of(root.resolve("deleted"), root.resolve("discarded"))) {
            connection.write(tree.resolve("a/b/file"), OLD);
            connection.write(tree.resolve("file.tmp"), OLD);
            Files.createSymbolicLink(tree.resolve("way-out"), root);
        }

        assertThat(connection.deleteTree(root.resolve("deleted"))).isTrue();
        assertThat(connection.discardTree(root.resolve("discarded"))).isTrue();

        assertThat(root.resolve("deleted")).doesNotExist();
        assertThat(root.resolve("discarded")).doesNotExist();
        assertThat(factory.temporary()).isEmptyDirectory();
        assertThat(kept).exists();
    }

    @Test
    void sweepDeletesOldLeftoversOnly() throws Exception {
        Path temporary = factory.temporary();
        Files.createDirectories(temporary.resolve("old-tree/below"));
        Files.createFile(temporary.resolve("old"));
        Thread.sleep(50);
        Instant between = Instant.now();
        Thread.sleep(50);
        Files.createFile(temporary.resolve("young"));

        connection.sweep(FileTime.from(between));

        assertThat(connection.list(temporary)).hasValue(List.of("young"));
    }

    @Test
    void sweepLeavesAnOldFileThatIsTakenJustNow() throws IOException {
        Instant now = Instant.now();
        Path file = Files.write(root.resolve("file"), OLD);
        Files.setLastModifiedTime(file, FileTime.from(now.minusSeconds(100)));
        Path taken = connection.take(file).orElseThrow();

        connection.sweep(FileTime.from(now.minusSeconds(50)));

        assertThat(taken).hasBinaryContent(OLD);
    }

    @Test
    void touchSetsTheTimeToNowAndMakesNothing() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));

        connection.touch(file);
        connection.touch(root.resolve("missing"));

        assertThat(connection.lastModified(file))
                .hasValueSatisfying(time ->
                        assertThat(time.toInstant()).isAfter(Instant.now().minusSeconds(60)));
        assertThat(root.resolve("missing")).doesNotExist();
    }

    @Test
    void nameIsAsYoungAsTheFilesLastChange() throws IOException {
        Path file = root.resolve("a");
        Instant before = Instant.now().minusSeconds(1);
        Files.writeString(file, "content");
        Files.setLastModifiedTime(file, FileTime.fromMillis(0)); // like a copy that keeps times
        Instant after = Instant.now().plusSeconds(1);

        assertThat(NfsConnection.isUnchangedSince(file, before)).isFalse();
        assertThat(NfsConnection.isUnchangedSince(file, after)).isTrue();
        assertThat(NfsConnection.isUnchangedSince(root.resolve("missing"), after))
                .isFalse();

        Instant between = Instant.now();
        while (!Instant.now().isAfter(between.plusMillis(20))) {
            Thread.onSpinWait(); // the kernel's clock for files has ticks
        }
        Files.move(file, root.resolve("b"));
        assertThat(NfsConnection.isUnchangedSince(root.resolve("b"), between)).isFalse();
    }

    @Test
    void openFileIsReadableAfterItsNameIsGone() throws IOException {
        Path path = Files.write(root.resolve("file"), OLD);
        try (NfsFile file = connection.open(path).orElseThrow()) {
            Files.delete(path);
            ByteBuffer buffer = ByteBuffer.allocate(10);

            assertThat(file.size()).isEqualTo(3);
            assertThat(file.read(buffer, 1)).isEqualTo(2);
            assertThat(buffer.array()).startsWith('l', 'd');
            assertThat(file.read(buffer, 3)).isEqualTo(-1);
        }
    }

    @Test
    void openFileIsWrittenAtPositions() throws IOException {
        Path path = Files.write(root.resolve("file"), OLD);
        try (NfsFile file = connection.openForWriting(path).orElseThrow()) {
            file.write(ByteBuffer.wrap(NEW), 1);
            file.truncate(4);
            file.force();
        }
        assertThat(path).hasContent("onew");
    }

    /** As a purge does while clients push. */
    @Test
    void namesThatAreMadeWhileEmptyDirectoriesAreRemovedStay() throws Exception {
        Path directory = root.resolve("a/b/c/d");
        AtomicBoolean end = new AtomicBoolean();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> removers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                removers.add(threads.submit(() -> remove(directory, end)));
            }
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Path file = directory.resolve("file" + i);
                writers.add(threads.submit(() -> write(file)));
            }
            try {
                for (Future<?> writer : writers) {
                    writer.get();
                }
            } finally {
                end.set(true);
            }
            for (Future<?> remover : removers) {
                remover.get();
            }
        }
        connection.removeUpwards(directory, root);
        assertThat(root.resolve("a")).doesNotExist();
    }

    private Void remove(Path directory, AtomicBoolean end) throws IOException {
        while (!end.get()) {
            connection.removeUpwards(directory, root);
        }
        return null;
    }

    private Void write(Path file) throws IOException {
        Path moved = file.resolveSibling(file.getFileName() + "-moved");
        for (int i = 0; i < 300; i++) {
            connection.write(file, NEW);
            assertThat(file).hasBinaryContent(NEW);
            assertThat(connection.shift(file, moved)).isTrue();
            assertThat(moved).exists();
            assertThat(connection.delete(moved)).isTrue();
            assertThat(connection.writeOnce(file, OLD)).isTrue();
            assertThat(connection.delete(file)).isTrue();
            assertThat(connection.createBelow(file, OLD)).isTrue();
            assertThat(connection.delete(file)).isTrue();
            Path below = file.resolveSibling(file.getFileName() + "-directory").resolve("x");
            connection.makeDirectories(below);
            connection.removeUpwards(below, root);
        }
        return null;
    }

    /** An NFS client knows a directory by a handle, which is stale once another host has removed the directory. */
    @Test
    void staleDirectoryIsMadeAgainLikeAMissingOne() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger mends = new AtomicInteger();

        int result = NfsConnection.again(root, mends::incrementAndGet, () -> {
            int attempt = attempts.incrementAndGet();
            if (attempt < 40) {
                String name = root.resolve("a").toString();
                throw attempt % 2 == 0
                        ? new NoSuchFileException(name)
                        : new FileSystemException(name, null, "Stale file handle");
            }
            return attempt;
        });

        assertThat(result).isEqualTo(40);
        assertThat(mends).hasValue(39);
    }

    @Test
    void otherFailuresAndAMissingSourceEndAtOnce() {
        AtomicInteger attempts = new AtomicInteger();
        FileSystemException stale = new FileSystemException("a", null, "Stale file handle");

        assertThatIOException()
                .isThrownBy(() -> NfsConnection.again(root.resolve("missing"), attempts::incrementAndGet, () -> {
                    throw stale;
                }))
                .isSameAs(stale);
        assertThatIOException()
                .isThrownBy(() -> NfsConnection.again(root, attempts::incrementAndGet, () -> {
                    throw new FileSystemException("a", null, "Input/output error");
                }));
        assertThat(attempts).hasValue(0);
    }

    @Test
    void whatIsPutBackMakesTheDirectoriesAboveAgain() throws IOException {
        Path directory = root.resolve("a/b/tag");
        connection.write(directory.resolve("current/link"), OLD);
        Path taken = connection.take(directory).orElseThrow();
        connection.removeUpwards(directory.getParent(), root);

        connection.putBack(taken, directory);

        assertThat(directory.resolve("current/link")).hasBinaryContent(OLD);
        assertThat(factory.temporary()).isEmptyDirectory();
    }

    /** As of another user; for root, which these tests may be, only the kernel's own cannot be removed. */
    @Test
    void directoryThatCannotBeRemovedStays() throws IOException {
        connection.write(root.resolve("a/b/file"), OLD);

        assertThat(connection.removeIfEmpty(root.resolve("a/b")))
                .as("not empty")
                .isFalse();
        assertThat(connection.removeIfEmpty(root.resolve("a/b/file")))
                .as("a file")
                .isFalse();
        assertThat(connection.removeIfEmpty(Path.of("/proc/self/task")))
                .as("EPERM")
                .isFalse();
        connection.removeUpwards(Path.of("/proc/self/task"), Path.of("/proc"));
        Path locked = Files.createDirectories(root.resolve("locked/empty"));
        Files.setPosixFilePermissions(locked.getParent(), PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            connection.removeUpwards(locked, root); // EACCES, unless it is root's
            assertThat(locked.getParent().toFile().exists()).isEqualTo(!"root".equals(System.getProperty("user.name")));
        } finally {
            if (Files.exists(locked.getParent())) {
                Files.setPosixFilePermissions(locked.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        assertThat(root.resolve("a/b/file")).exists();
    }

    @Test
    void removesOnlyEmptyDirectoriesBelowTheTop() throws IOException {
        connection.write(root.resolve("a/b/file"), OLD);
        connection.makeDirectories(root.resolve("a/b/c/d"));

        connection.removeUpwards(root.resolve("a/b/c/d/missing"), root);
        assertThat(root.resolve("a/b/c")).doesNotExist();
        assertThat(root.resolve("a/b/file")).exists();

        connection.delete(root.resolve("a/b/file"));
        connection.removeUpwards(root.resolve("a/b"), root.resolve("a"));
        assertThat(root.resolve("a")).isEmptyDirectory();
    }
}
