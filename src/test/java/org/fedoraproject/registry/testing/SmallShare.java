package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of a few megabytes in memory that a test fills. Needs root. */
public final class SmallShare implements AutoCloseable {
    /** The unit in which it is used. */
    public static final int PAGE = 4096;

    private final Path directory;
    private final Path filler;

    /** Mounts it there. */
    public SmallShare(Path directory, String size) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.filler = directory.resolve("filler");
        mount("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
    }

    /** Fills it, but for so many pages. */
    public void leave(int pages) throws IOException {
        try (FileChannel file = FileChannel.open(
                filler, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (isWritten(file)) {}
            file.truncate(file.size() - (long) PAGE * pages);
        }
    }

    private static boolean isWritten(FileChannel file) throws IOException {
        try {
            return file.write(ByteBuffer.allocate(PAGE)) > 0;
        } catch (IOException e) {
            if ("No space left on device".equals(e.getMessage())) {
                return false;
            }
            throw e;
        }
    }

    /** Makes room again. */
    public void empty() throws IOException {
        Files.deleteIfExists(filler);
    }

    /** Takes it away; a program that still uses it goes on. */
    @Override
    public void close() throws IOException, InterruptedException {
        mount("umount", "--lazy", directory.toString());
    }

    private void mount(String... line) throws IOException, InterruptedException {
        Command.of(directory.getParent(), line).run();
    }
}
