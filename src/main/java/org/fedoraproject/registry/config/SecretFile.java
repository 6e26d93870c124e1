package org.fedoraproject.registry.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Secrets, which stand in files of their own and never in the configuration. */
public final class SecretFile {
    private SecretFile() {}

    /**
     * A file's content without white space around it.
     *
     * @param key the configuration key that names the file
     * @throws IllegalArgumentException naming the key, where it cannot be read or has nothing
     */
    public static String read(String key, Optional<String> file) {
        String name = file.orElseThrow(() -> new IllegalArgumentException(key + " is needed"));
        try {
            String content = Files.readString(Path.of(name)).strip();
            if (content.isEmpty()) {
                throw new IllegalArgumentException(key + ": " + name + " is empty");
            }
            return content;
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(key + ": cannot read " + name + " (" + e + ")", e);
        }
    }
}
