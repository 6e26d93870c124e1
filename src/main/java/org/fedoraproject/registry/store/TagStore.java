package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/** The tags of each repository. A tag moves atomically: it names the old manifest or the new one, at every moment. */
@Singleton
public final class TagStore {
    private final Share share;
    private final Layout layout;
    private final LinkStore links;

    @Inject
    TagStore(Share share, LinkStore links) {
        this.share = share;
        this.layout = share.layout();
        this.links = links;
    }

    /** The digest of the manifest that the tag names; empty where there is no such tag. */
    public Optional<Digest> get(RepositoryName name, Tag tag) {
        return share.use(connection -> links.read(connection, layout.tagCurrent(name, tag)));
    }

    /** Makes or moves a tag. Durable on return. */
    public void put(RepositoryName name, Tag tag, Digest manifest) {
        links.put(layout.tagIndex(name, tag, manifest), manifest);
        links.put(layout.tagCurrent(name, tag), manifest);
    }

    /**
     * Makes a tag, and never moves it, whoever else makes it at the same time. Durable on return.
     *
     * @return the digest that it names, which is another one where it was there before
     */
    public Digest putOnce(RepositoryName name, Tag tag, Digest manifest) {
        Optional<Digest> before = get(name, tag);
        if (before.isPresent() && !before.get().equals(manifest)) {
            return before.get();
        }
        links.put(layout.tagIndex(name, tag, manifest), manifest);
        if (before.isEmpty() && !links.putOnce(layout.tagCurrent(name, tag), manifest)) {
            Optional<Digest> quicker = get(name, tag);
            if (quicker.isPresent()) {
                return quicker.get();
            }
            links.put(layout.tagCurrent(name, tag), manifest); // what is there is garbage, which counts as missing
        }
        return manifest;
    }

    /** Whether there was one. Durable on return. */
    public boolean delete(RepositoryName name, Tag tag) {
        return share.use(connection -> connection.deleteTree(layout.tag(name, tag)));
    }

    /**
     * Deletes a tag that names this manifest, and no other one. Durable on return. Where the tag moves at this moment, it may be
     * missing for the time of two file operations, and is as it was moved to then.
     *
     * @param manifest its digests
     * @return whether it was deleted
     */
    public boolean delete(RepositoryName name, Tag tag, Set<Digest> manifest) {
        Path directory = layout.tag(name, tag);
        if (get(name, tag).filter(manifest::contains).isEmpty()) {
            return false;
        }
        Optional<Path> taken = share.use(connection -> connection.take(directory));
        if (taken.isEmpty()) {
            return false;
        }
        boolean same = share.use(connection -> links.read(connection, layout.current(taken.get())))
                .filter(manifest::contains)
                .isPresent();
        share.run(connection -> {
            if (same) {
                connection.deleteTaken(taken.get(), directory);
            } else {
                connection.putBack(taken.get(), directory);
            }
        });
        return same;
    }

    /**
     * A page of the tags in ASCII order; empty where the repository never had a manifest.
     *
     * @param room is told of each name that is kept, and may throw where there is no room for it
     */
    public Page.Entries<Tag> list(RepositoryName name, Page page, Consumer<String> room) {
        Page.Entries<String> found = share.use(
                        connection -> connection.list(layout.tags(name), () -> new Names(page, room), Names::add))
                .map(names -> names.selection.entries())
                .orElse(new Page.Entries<>(List.of(), false));
        return new Page.Entries<>(found.entries().stream().map(Tag::new).toList(), found.more());
    }

    /** Those of a directory that are tags and on the page. */
    private static final class Names {
        private final Page.Selection selection;
        private final Consumer<String> room;
        private int told;

        private Names(Page page, Consumer<String> room) {
            this.selection = page.selection();
            this.room = room;
        }

        private void add(String name) {
            if (Tag.isTag(name)) {
                selection.add(name);
                if (selection.size() > told) {
                    told++;
                    room.accept(name);
                }
            }
        }
    }
}
