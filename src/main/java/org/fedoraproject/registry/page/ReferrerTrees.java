package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.index.Artifacts;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.repository.Referrers;

/** What refers to a manifest, and what refers to that in turn, with cosign's tags. Bounded in depth and number. */
@Singleton
public class ReferrerTrees {
    private static final int MOST = 50;
    private static final int DEPTH = 3;

    /** Nodes whose own referrers are looked for. */
    private static final int MOST_LISTED = 20;

    private static final int MAX_DESCRIPTORS = 256 * 1024;
    private static final List<String> SUFFIXES = List.of(".sig", ".att", ".sbom");

    private final Referrers referrers;
    private final Artifacts artifacts;

    @Inject
    public ReferrerTrees(Referrers referrers, Artifacts artifacts) {
        this.referrers = referrers;
        this.artifacts = artifacts;
    }

    /** @param more whether some are left out */
    record Tree(List<ReferrerNode> roots, boolean more) {}

    Tree of(RepositoryName name, Digest subject) {
        Growth growth = new Growth(name);
        List<ReferrerNode> roots = growth.below(subject, 1);
        roots.addAll(tags(name, subject));
        return new Tree(roots, growth.more);
    }

    private final class Growth {
        private final RepositoryName name;
        private int left = MOST;
        private int lists = MOST_LISTED;
        private boolean more;

        private Growth(RepositoryName name) {
            this.name = name;
        }

        private List<ReferrerNode> below(Digest subject, int depth) {
            List<ReferrerNode> found = new ArrayList<>();
            if (depth > DEPTH || left <= 0 || lists-- <= 0) {
                return found;
            }
            Page.Entries<Referrer> page =
                    referrers.list(name, subject, Optional.empty(), new Page(left, ""), MAX_DESCRIPTORS);
            more |= page.more();
            left -= page.entries().size();
            for (Referrer referrer : page.entries()) {
                String type = referrer.artifactType().orElse("");
                found.add(node(name, type, referrer.digest(), below(referrer.digest(), depth + 1)));
            }
            return found;
        }
    }

    private static ReferrerNode node(RepositoryName name, String type, Digest digest, List<ReferrerNode> below) {
        String text = digest.toString();
        return new ReferrerNode(
                Kinds.ofReferrer(type), Members.cut(type, 255), text, Hrefs.digest(name.value(), text), below);
    }

    /** Where cosign keeps signatures, attestations and SBOMs in a registry without referrers. */
    private List<ReferrerNode> tags(RepositoryName name, Digest subject) {
        List<ReferrerNode> found = new ArrayList<>();
        for (String suffix : SUFFIXES) {
            String text = subject.algorithm() + "-" + subject.hex() + suffix;
            if (Tag.isTag(text)) {
                Tag tag = Tag.parse(text);
                artifacts
                        .named(name, tag)
                        .ifPresent(digest -> found.add(new ReferrerNode(
                                Kinds.ofTag(text), text, digest.toString(), Hrefs.tag(name.value(), text), List.of())));
            }
        }
        return found;
    }
}
