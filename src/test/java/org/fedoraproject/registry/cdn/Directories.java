package org.fedoraproject.registry.cdn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Room for tests below the build's directory; what they leave can be looked at until the next run. */
final class Directories {
    private Directories() {}

    /** An empty directory. */
    static Path make(String name) throws IOException {
        Path directory = of(name);
        delete(directory);
        return Files.createDirectories(directory);
    }

    static Path of(String name) {
        return Path.of(System.getProperty("it.base")).resolveSibling(name);
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
