package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StorageTest {
    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("the export is full", reason("No space left on device"), ErrorCode.STORAGE_FULL),
                Arguments.of("found at a write", new IOException("No space left on device"), ErrorCode.STORAGE_FULL),
                Arguments.of("the quota is used up", reason("Disk quota exceeded"), ErrorCode.STORAGE_FULL),
                Arguments.of("found at a force", new IOException("Disk quota exceeded"), ErrorCode.STORAGE_FULL),
                Arguments.of("made again, ESTALE", reason("Stale file handle"), ErrorCode.UNAVAILABLE),
                Arguments.of("made again, EACCES", new AccessDeniedException("/x"), ErrorCode.UNAVAILABLE),
                Arguments.of("made again, ENOENT", new NoSuchFileException("/x"), ErrorCode.UNAVAILABLE),
                Arguments.of("read-only", reason("Read-only file system"), ErrorCode.UNAVAILABLE),
                Arguments.of("soft mount, EIO", new IOException("Input/output error"), ErrorCode.UNAVAILABLE),
                Arguments.of("what nobody expects", reason("File too large"), ErrorCode.UNKNOWN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void saysWhatClientsMayDoAboutIt(String why, IOException fault, ErrorCode code) {
        assertThat(Storage.toRegistryException(fault).code()).isEqualTo(code);
    }

    private static FileSystemException reason(String reason) {
        return new FileSystemException("/x", null, reason);
    }
}
