package org.fedoraproject.registry.nfs;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Distinguishes a share from the empty directory that it is mounted on, and from another share: a file with a random id
 * in the root, which the first start on a tree creates. Instances that start together agree on one id.
 *
 * @param file the marker's path
 * @param id its content at the start
 */
record ShareMarker(Path file, String id) {
    private static final String NAME = ".share";

    /** Below the root; the administrator creates it for a new tree. */
    private static final String TREE = "docker/registry/v2";

    /** Longer than an id; a longer file is another program's. */
    private static final int MAX_LENGTH = 100;

    /**
     * Returns the marker of the share at {@code root}, and creates it if there is a tree without one.
     *
     * @param temporary a directory below the root, for the file before it has its name; created if needed
     * @throws IOException if there is neither: says how to set up a new tree
     */
    static ShareMarker of(Path root, Path temporary, Revalidation revalidation) throws IOException {
        Path file = root.resolve(NAME);
        Optional<String> id = revalidation.find(file, () -> read(file));
        if (id.isEmpty()) {
            Path tree = root.resolve(TREE);
            if (revalidation.find(tree, () -> Revalidation.open(tree)).isEmpty()) {
                throw new IOException("registry.nfs.root holds no tree: " + root + " has neither " + NAME + " nor "
                        + TREE + ". Is the share mounted? To set up a new tree: mkdir -p " + tree);
            }
            make(file, temporary);
            id = Optional.of(read(file));
        }
        return new ShareMarker(file, id.get());
    }

    private static void make(Path file, Path temporary) throws IOException {
        Files.createDirectories(temporary);
        Path draft = temporary.resolve(UUID.randomUUID().toString());
        try {
            try (FileChannel channel = FileChannel.open(draft, WRITE, CREATE_NEW)) {
                channel.write(ByteBuffer.wrap((UUID.randomUUID() + "\n").getBytes(StandardCharsets.US_ASCII)));
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // another instance was faster
        } finally {
            Files.deleteIfExists(draft);
        }
        try (FileChannel root = FileChannel.open(file.getParent())) {
            root.force(true);
        }
    }

    private static String read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer content = ByteBuffer.allocate(MAX_LENGTH);
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // read on
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
        }
    }

    /**
     * What is wrong with the root now; empty if it is the same share as at the start. Blocks as long as the mount does.
     */
    Optional<String> fault() throws IOException {
        Optional<String> now = Revalidation.tryOnce(() -> read(file));
        if (now.isEmpty()) {
            return Optional.of("the root has no file " + NAME + ": is the share mounted?");
        }
        return now.get().equals(id)
                ? Optional.empty()
                : Optional.of(
                        "the root is another share than at the start: " + file + " says " + now.get() + ", not " + id);
    }
}
