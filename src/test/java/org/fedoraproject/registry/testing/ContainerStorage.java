package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Where podman and buildah keep images and containers, until this JVM ends. */
final class ContainerStorage {
    private static final Set<String> UNDER_OVERLAY = Set.of("ext4", "xfs");

    private ContainerStorage() {}

    /** An empty directory with a short name, because podman takes at most 50 characters for some. */
    static Path make() throws IOException {
        Path directory = Files.createTempDirectory("it");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        return directory;
    }

    /**
     * vfs copies all files of an image into each container, but works for every user on every file system. overlay copies none,
     * and needs root, and a file system that is no overlay itself.
     */
    static String driver(Path directory) throws IOException {
        boolean root = System.getProperty("user.name").equals("root");
        return root && UNDER_OVERLAY.contains(Files.getFileStore(directory).type()) ? "overlay" : "vfs";
    }

    /** The images of an ordinary user have files of other users, which only podman can delete. */
    static void delete(Path directory) {
        try {
            if (run("rm", "-rf", directory.toString()) != 0) {
                run("podman", "unshare", "rm", "-rf", directory.toString());
            }
        } catch (IOException e) {
            System.err.println("Cannot delete " + directory + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
