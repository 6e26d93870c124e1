package org.fedoraproject.registry.quota;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.repository.Blobs;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.repository.Uploads;
import org.fedoraproject.registry.store.QuotaFiles;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Bodies;

/** An instance with quotas; several may share a tree. Its exchange and counts run when a test says so. */
final class Instance {
    final Stores stores;
    final Quotas quotas;
    final Uploads uploads;
    final Manifests manifests;
    final Blobs blobs;
    final AtomicBoolean readOnly = new AtomicBoolean();
    private final QuotaFiles files;

    Instance(Stores stores, Path rules) {
        this.stores = stores;
        this.files = stores.quotaFiles();
        this.quotas = TestQuotas.make(stores, files, rules, readOnly::get);
        this.uploads = new Uploads(stores.uploads(), stores.links(), stores.blobs(), quotas);
        this.manifests =
                new Manifests(stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, quotas);
        this.blobs = new Blobs(stores.blobs(), stores.links(), event -> {});
    }

    /** Of its file with changes. */
    String name() {
        return files.instance();
    }

    Digest push(String repository, byte[] content) {
        Digest digest = Digest.of(content);
        uploads.put(RepositoryName.parse(repository), digest, Bodies.of(content));
        return digest;
    }

    void push(String repository, String tag, Manifest manifest) {
        manifests.put(RepositoryName.parse(repository), Tag.parse(tag), List.of(), manifest);
    }

    boolean mount(String repository, Digest digest, String from) {
        return uploads.mount(RepositoryName.parse(repository), digest, RepositoryName.parse(from));
    }

    void delete(String repository, String tag) {
        manifests.delete(RepositoryName.parse(repository), Tag.parse(tag));
    }

    void count() {
        Optional<String> refusal = quotas.count(() -> false);
        if (refusal.isPresent()) {
            throw new AssertionError(refusal.get());
        }
        quotas.exchange();
    }

    long used(String label) {
        return (long) quotas.used(label);
    }
}
