package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Roots for trees. */
public final class TreeRoot {
    private TreeRoot() {}

    /** Sets up a new tree below {@code root}, or leaves the one that is there; returns the root. */
    public static Path setUp(Path root) throws IOException {
        Files.createDirectories(root.resolve("docker/registry/v2"));
        return root;
    }
}
