package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveFileTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = directory.resolve("number");
        Files.writeString(path, "1");
    }

    @Test
    void reloadsChanges() throws IOException {
        LiveFile<Integer> file = file();
        Files.writeString(path, "2"); // same length, and maybe the same tick of the clock
        assertThat(file.get()).isEqualTo(1);
        file.reloadIfChanged();
        assertThat(file.get()).isEqualTo(2);
    }

    @Test
    void reloadsAFileThatWasRenamedIntoPlaceWithAnOldDate() throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        LiveFile<Integer> file = file();
        Path next = Files.writeString(directory.resolve("next"), "2");
        Files.setLastModifiedTime(next, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
        file.reloadIfChanged();
        assertThat(file.get()).isEqualTo(2);
    }

    @Test
    void isNotCurrentWhateverTheReaderThrows() throws IOException {
        LiveFile<Integer> file = new LiveFile<>("some.key", path.toString(), text -> {
            if (text.equals("two")) {
                throw new ClassCastException("not a list");
            }
            return Integer.valueOf(text);
        });
        Files.writeString(path, "two");

        file.reloadIfChanged();
        file.reloadIfChanged();

        assertThat(file.get()).isEqualTo(1);
        assertThat(file.isCurrent()).isFalse();
        assertThat(file.fault()).hasValueSatisfying(fault -> assertThat(fault).contains("not a list"));
    }

    @Test
    void keepsThePreviousContentWhileTheFileIsBad() throws IOException {
        LiveFile<Integer> file = file();
        Files.writeString(path, "two");
        file.reloadIfChanged();
        assertThat(file.get()).isEqualTo(1);
        assertThat(file.isCurrent()).isFalse();
        assertThat(file.fault()).hasValueSatisfying(fault -> assertThat(fault).contains(path.toString()));

        Files.delete(path);
        file.reloadIfChanged();
        assertThat(file.get()).isEqualTo(1);
        assertThat(file.isCurrent()).isFalse();

        Files.writeString(path, "1");
        file.reloadIfChanged();
        assertThat(file.isCurrent()).isTrue();
    }

    @Test
    void parsesNothingTwice() {
        LiveFile<Object> file = new LiveFile<>("some.key", path.toString(), text -> new Object());
        Object first = file.get();
        file.reloadIfChanged();
        assertThat(file.get()).isSameAs(first);
    }

    @Test
    void mustBeGoodAtFirst() throws IOException {
        Files.writeString(path, "one");
        assertThatIllegalArgumentException()
                .isThrownBy(this::file)
                .withMessageContainingAll("some.key", path.toString(), "one");

        Files.delete(path);
        assertThatIllegalArgumentException()
                .isThrownBy(this::file)
                .withMessageContainingAll("some.key", path.toString());
    }

    private LiveFile<Integer> file() {
        return new LiveFile<>("some.key", path.toString(), Integer::valueOf);
    }
}
