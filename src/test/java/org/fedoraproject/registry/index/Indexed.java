package org.fedoraproject.registry.index;

import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Content.descriptor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.cluster.TestSwitches;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.repository.HeapBudget;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.repository.Referrers;
import org.fedoraproject.registry.repository.Tags;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;

/** An instance with an index, over a directory. */
public final class Indexed {
    static final IndexConfig ON = new IndexConfig(true, 1_000_000, Duration.ofMinutes(1));

    final Stores stores;
    final Manifests manifests;
    final Repositories repositories;
    final Walk walk;
    final Changes changes;

    public Indexed(Path root) {
        this(root, ON, List.of());
    }

    public Indexed(Path root, RepositoryObserver observer) {
        this(root, ON, List.of(observer));
    }

    Indexed(Path root, IndexConfig config, List<RepositoryObserver> observers) {
        this.stores = new Stores(root);
        this.manifests = new Manifests(
                stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
        this.repositories = new Repositories(config, stores.repositories(), stores.tags(), observers);
        this.walk = new Walk(config, stores.repositories(), repositories);
        this.changes = new Changes(config, repositories, stores.changeNotes());
    }

    public Images images() {
        return new Images(stores.links(), stores.scan());
    }

    TagDetails details() {
        Referrers referrers = new Referrers(
                stores.referrers(),
                stores.links(),
                stores.tags(),
                stores.blobs(),
                new HeapBudget(),
                TestSwitches.make());
        return new TagDetails(new Tags(stores.tags(), stores.repositories()), stores.tags(), referrers, images());
    }

    /** Goes through the tree. */
    public void walk() {
        walk.run();
    }

    /** How many repositories a page of a search has. */
    public int search(String text) {
        return repositories
                .search(text, new Page(1000, ""), name -> true)
                .entries()
                .size();
    }

    /** How many tags a page of a repository has. */
    public int tags(String name) {
        return details()
                .list(RepositoryName.parse(name), new Page(100, ""), Integer.MAX_VALUE, bytes -> {})
                .entries()
                .size();
    }

    public Stores stores() {
        return stores;
    }

    public Repositories repositories() {
        return repositories;
    }

    public Manifests manifests() {
        return manifests;
    }

    /** Pushes an image with this config and one layer. */
    public Manifest push(String name, String tag, String config) {
        return push(name, tag, config, "{}");
    }

    /** The same with annotations. */
    public Manifest push(String name, String tag, String config, String annotations) {
        RepositoryName repository = RepositoryName.parse(name);
        Digest stored = stores.layer(repository, bytes(config));
        Digest layer = stores.layer(repository, bytes("layer"));
        Manifest image = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "config": %s, "layers": [%s], "annotations": %s}""".formatted(
                        MediaType.OCI_MANIFEST,
                        sized(descriptor("application/vnd.oci.image.config.v1+json", stored), config.length()),
                        sized(descriptor("application/vnd.oci.image.layer.v1.tar", layer), 5),
                        annotations));
        manifests.put(repository, Tag.parse(tag), List.of(), image);
        return image;
    }

    /** Pushes an index of images for linux on these architectures. */
    public Manifest pushIndex(String name, String tag, List<String> architectures, List<Manifest> images) {
        List<String> children = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Manifest image = images.get(i);
            children.add("""
                    {"mediaType": "%s", "digest": "%s", "size": %d,
                     "platform": {"os": "linux", "architecture": "%s"}}""".formatted(image.mediaType(), image.digest(), image.bytes().length, architectures.get(i)));
        }
        Manifest index = Content.manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s]}""".formatted(MediaType.OCI_INDEX, String.join(",", children)));
        manifests.put(RepositoryName.parse(name), Tag.parse(tag), List.of(), index);
        return index;
    }

    private static String sized(String descriptor, int size) {
        return descriptor.replace("\"size\": 1", "\"size\": " + size);
    }
}
