package org.fedoraproject.registry.gc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.oci.Digest;

/**
 * Which manifests of a repository stay if those without a tag are collected: those with a tag, those that were in use
 * lately, the children of an index that stays, and the referrers of a manifest that stays. All by the digests that they are
 * stored under. On the heap are only indexes' children, referrers, and tagged manifests of one repository.
 */
final class KeptManifests {
    private final Map<Digest, List<Digest>> followers = new HashMap<>();
    private final Map<Digest, List<Digest>> leaders = new HashMap<>();
    private final DigestSet kept = new DigestSet();

    /** Notes that a manifest stays if the other one does. */
    void follow(Digest manifest, Digest other) {
        followers.computeIfAbsent(other, digest -> new ArrayList<>(1)).add(manifest);
        leaders.computeIfAbsent(manifest, digest -> new ArrayList<>(1)).add(other);
    }

    /** With which other manifests it stays. */
    List<Digest> leaders(Digest manifest) {
        return leaders.getOrDefault(manifest, List.of());
    }

    /** Notes that a manifest stays, and what follows it; call it when all of that is known. */
    void keep(Digest manifest) {
        Deque<Digest> pending = new ArrayDeque<>();
        pending.push(manifest);
        while (!pending.isEmpty()) {
            Digest next = pending.pop();
            if (kept.add(next)) {
                followers.getOrDefault(next, List.of()).forEach(pending::push);
            }
        }
    }

    boolean contains(Digest manifest) {
        return kept.contains(manifest);
    }
}
