package org.fedoraproject.registry.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads secrets, which are in files of their own and never in the configuration. */
public final class SecretFile {
    private SecretFile() {}

    /**
     * Returns a file's content without surrounding white space.
     *
     * @param key the configuration key that names the file
     * @throws IllegalArgumentException naming the key, if the file cannot be read or is empty
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
