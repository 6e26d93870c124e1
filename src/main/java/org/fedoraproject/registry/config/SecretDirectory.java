package org.fedoraproject.registry.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A directory of small secret files that several instances share, on NFS too. A file is there completely or not at all.
 */
public final class SecretDirectory {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path directory;

    /**
     * @param key the configuration key that names the directory
     * @throws IllegalArgumentException naming the key, if it is not a writable directory
     */
    public SecretDirectory(String key, String directory) {
        this.directory = Path.of(directory);
        if (!Files.isDirectory(this.directory) || !Files.isWritable(this.directory)) {
            throw new IllegalArgumentException(key + " is not a writable directory: " + directory);
        }
    }

    private SecretDirectory(Path directory) {
        this.directory = directory;
    }

    /** A directory of our own on the share. The share's user creates it, at {@link #path}. */
    public static SecretDirectory below(String root, String name, String nameBelow) {
        return new SecretDirectory(Path.of(root, name, nameBelow));
    }

    public Path path() {
        return directory;
    }

    /** Restricts the directory and its parent to their owner. */
    public void restrictToOwner() throws IOException {
        for (Path each : List.of(directory.getParent(), directory)) {
            if (!Files.getPosixFilePermissions(each).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(each, OWNER_ONLY);
            }
        }
    }

    /** The contents of the files with this suffix, by name. */
    public Map<String, String> read(String suffix) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + suffix)) {
            for (Path file : files) {
                try {
                    contents.put(file.getFileName().toString(), Files.readString(file));
                } catch (NoSuchFileException e) {
                    // another instance has deleted it
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return contents;
    }

    /**
     * Creates a file that only its owner can read; durable on return. If several instances create the same file, one
     * succeeds. The file gets its name by a hard link: NFS creates it once, and no instance can read a half-written
     * file.
     *
     * @return false if the file exists already
     */
    public boolean create(String name, String content) throws IOException {
        Path temporary = directory.resolve("." + UUID.randomUUID());
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.UTF_8.encode(content));
                channel.force(true);
            }
            Files.createLink(directory.resolve(name), temporary);
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }
}
