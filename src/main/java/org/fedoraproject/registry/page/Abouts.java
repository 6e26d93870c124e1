package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.index.Image;
import org.fedoraproject.registry.index.Images;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/** What images say about themselves. An index without labels has those of its first image. */
@Singleton
public class Abouts {
    /** Children that are looked at; the others of an index say the same. */
    private static final int FEW = 3;

    private final Images images;

    @Inject
    public Abouts(Images images) {
        this.images = images;
    }

    About of(RepositoryName name, Image image) {
        List<Digest> children = image.children().stream()
                .filter(child -> child.mayBeManifest())
                .map(child -> child.digest())
                .toList();
        return of(name, image.annotations(), image.labels(), children);
    }

    /** @param children of an index that the repository may have */
    About of(RepositoryName name, Map<String, String> annotations, Map<String, String> labels, List<Digest> children) {
        About own = About.of(annotations, labels);
        if (!own.isEmpty() || children.isEmpty()) {
            return own;
        }
        return children.stream()
                .limit(FEW)
                .map(child -> images.child(name, child))
                .flatMap(Optional::stream)
                .map(child -> About.of(annotations, child.labels()))
                .findFirst()
                .orElse(own);
    }
}
