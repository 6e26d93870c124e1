package org.fedoraproject.registry.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;

/** A tree of the same layout at another root, only to be read; it may be on a share of its own, which may hang. */
public final class OtherTree {
    private final Path root;
    private final Layout layout;

    public OtherTree(String root) {
        this.root = Path.of(root).normalize();
        this.layout = new Layout(this.root);
    }

    /**
     * Opens a blob; empty if there is none. The caller closes it.
     *
     * @throws IOException also if there is no tree, since it may not be mounted
     */
    public Optional<InputStream> open(Digest digest) throws IOException {
        if (!Files.isDirectory(layout.blobs())) {
            throw new FileNotFoundException(root + " has no tree");
        }
        Path blob = layout.blob(digest);
        try {
            return Files.isRegularFile(blob, NOFOLLOW_LINKS)
                    ? Optional.of(Files.newInputStream(blob, NOFOLLOW_LINKS))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
