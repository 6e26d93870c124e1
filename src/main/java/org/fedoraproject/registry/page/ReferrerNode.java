package org.fedoraproject.registry.page;

import java.util.List;

/**
 * A manifest that refers to another one.
 *
 * @param what in words, such as {@code Signature}
 * @param artifactType its type; of a tag by cosign's convention, the tag
 * @param href its page
 * @param referrers those that refer to it in turn
 */
public record ReferrerNode(String what, String artifactType, String digest, String href, List<ReferrerNode> referrers) {
    public ReferrerNode {
        referrers = List.copyOf(referrers);
    }
}
