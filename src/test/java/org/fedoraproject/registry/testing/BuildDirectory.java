package org.fedoraproject.registry.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the build hands to integration tests: the server, the WAR, the served tree, and room for files of their own. */
public final class BuildDirectory {
    private BuildDirectory() {}

    /** The provisioned server, which has no WAR in it. */
    public static Path server() {
        return Path.of(System.getProperty("jboss.home"));
    }

    public static File war() {
        return new File(System.getProperty("registry.war"));
    }

    /** What Arquillian's server has as its {@code standalone}. */
    public static Path serverBase() {
        return Path.of(System.getProperty("it.base"));
    }

    /** The root of the tree that Arquillian's server serves. */
    public static Path servedRoot() {
        return Path.of(System.getProperty("registry.nfs.root"));
    }

    /** An empty directory; what a test leaves there can be looked at until the next run. */
    public static Path make(String name) throws IOException {
        Path directory = servedRoot().resolveSibling(name);
        delete(directory);
        return Files.createDirectories(directory);
    }

    /** Deletes a directory, if it is there, with all that is in it. */
    public static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
