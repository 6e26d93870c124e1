package org.fedoraproject.registry.flatpak;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/** The Flatpaks of a repository. */
record Listing(RepositoryName name, List<Tagged> images, List<TaggedList> lists) {
    /** An image, and the tags that name it, in ASCII order. */
    record Tagged(List<String> tags, Flatpak image) {}

    /** An index, the tags that name it, in ASCII order, and the Flatpaks in it. */
    record TaggedList(List<String> tags, Digest digest, String mediaType, List<Flatpak> images) {}

    boolean isEmpty() {
        return images.isEmpty() && lists.isEmpty();
    }

    Stream<Flatpak> flatpaks() {
        return Stream.concat(
                images.stream().map(Tagged::image), lists.stream().flatMap(list -> list.images().stream()));
    }

    Optional<Flatpak> flatpak(Digest digest) {
        return flatpaks().filter(each -> each.digest().equals(digest)).findFirst();
    }

    int weight() {
        return flatpaks().mapToInt(Flatpak::weight).sum();
    }

    /** What a client asks for; {@code null} if nothing in it is. */
    Listing filtered(Query query) {
        if (!query.wantsRepository(name.value())) {
            return null;
        }
        List<Tagged> some = images.stream()
                .filter(tagged -> query.wantsTags(tagged.tags()) && query.wants(tagged.image()))
                .toList();
        List<TaggedList> others = lists.stream()
                .filter(list -> query.wantsTags(list.tags()))
                .map(list -> new TaggedList(
                        list.tags(),
                        list.digest(),
                        list.mediaType(),
                        list.images().stream().filter(query::wants).toList()))
                .filter(list -> !list.images().isEmpty())
                .toList();
        Listing found = new Listing(name, some, others);
        return found.isEmpty() ? null : found;
    }
}
