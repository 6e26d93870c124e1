package org.fedoraproject.registry.scrub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.store.OtherTree;

/** Another tree, such as a snapshot of this one. */
final class TreeSource implements RepairSource {
    private final OtherTree tree;

    TreeSource(OtherTree tree) {
        this.tree = tree;
    }

    @Override
    public Optional<InputStream> open(LostBlob lost, BooleanSupplier goOn) throws IOException {
        return tree.open(lost.stored());
    }

    @Override
    public String toString() {
        return tree.toString();
    }

    @Override
    public void close() {
        // nothing stays open
    }
}
