package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.repository.Consequences;
import org.fedoraproject.registry.repository.Manifests;

/** Shows what a delete takes along, and asks whether to do it. */
@Singleton
class DeletePage implements ConsolePage {
    private static final int SHOWN = 100;

    private final Manifests manifests;
    private final Consequences consequences;

    @Inject
    DeletePage(Manifests manifests, Consequences consequences) {
        this.manifests = manifests;
        this.consequences = consequences;
    }

    @Override
    public Place place() {
        return Place.DELETE;
    }

    @Override
    public boolean isFor(Visit visit) {
        return true;
    }

    @Override
    public Sheet show(Visit visit) {
        return show(visit, Optional.empty());
    }

    /** The same after something has changed since the page was shown. */
    Sheet again(Visit visit) {
        return show(
                visit, Optional.of("Something has changed since you saw this page. Nothing was deleted. Look again."));
    }

    private Sheet show(Visit visit, Optional<String> changed) {
        RepositoryName name = visit.repository(Action.DELETE);
        Reference reference = Reference.parse(visit.fields().first("reference"));
        List<Part> parts = new ArrayList<>();
        changed.ifPresent(why -> parts.add(Part.Notice.warning(why)));
        Digest digest = digest(name, reference);
        Consequences.Found found = consequences.of(name, digest);
        switch (reference) {
            case Tag tag -> tag(tag, digest, found, parts);
            case Digest manifest -> manifest(manifest, found, parts);
        }
        parts.add(new Part.Buttons(List.of(
                Form.of(
                                Command.DELETE,
                                "Delete",
                                "name",
                                name.value(),
                                "reference",
                                reference.toString(),
                                "seen",
                                seen(reference, digest, found))
                        .dangerous(),
                Form.asking(Place.REPOSITORY, "Back", "name", name.value()))));
        String what = reference instanceof Tag ? "tag" : "manifest";
        return Sheet.of("Delete a " + what + " of " + name + "?", parts);
    }

    private Digest digest(RepositoryName name, Reference reference) {
        return reference instanceof Digest known
                ? known
                : manifests.get(name, reference, Optional.empty()).digest();
    }

    /** What the person has seen, so that a delete does not take along more. */
    String seen(RepositoryName name, Reference reference) {
        Digest digest = digest(name, reference);
        return seen(reference, digest, consequences.of(name, digest));
    }

    private static String seen(Reference reference, Digest digest, Consequences.Found found) {
        return reference instanceof Tag
                ? digest.toString()
                : Digest.of(found.tags().toString().getBytes(StandardCharsets.UTF_8))
                        .hex();
    }

    private static void tag(Tag tag, Digest digest, Consequences.Found found, List<Part> parts) {
        parts.add(new Part.Text(
                "The tag " + tag + " is deleted. The manifest " + digest + " stays, and can be pulled by its digest."));
        List<Tag> others =
                found.tags().stream().filter(each -> !each.equals(tag)).toList();
        parts.add(
                list(
                        "Other tags of the manifest, which stay",
                        others.stream().map(Tag::value).toList(),
                        "There are no others. A collection takes the manifest later if it is told to take manifests without a tag."));
    }

    private static void manifest(Digest digest, Consequences.Found found, List<Part> parts) {
        parts.add(new Part.Text("The manifest " + digest + " is deleted, with each tag that names it."));
        parts.add(list(
                "Tags that are deleted too",
                found.tags().stream().map(Tag::value).toList(),
                "No tag names it."));
        parts.add(list("Indexes that lose a child", found.indexes(), "No index of this repository lists it."));
        if (!found.complete()) {
            parts.add(Part.Notice.warning(
                    "The repository has so many manifests that not all of them were looked at for indexes."));
        }
        parts.add(list(
                "Children that stay, without this index",
                found.children(),
                "It lists no manifest of this repository."));
        parts.add(list(
                "Referrers that stay, without their subject",
                found.referrers().stream().map(DeletePage::words).toList(),
                "Nothing refers to it, such as a signature."));
    }

    private static String words(Referrer referrer) {
        return referrer.digest() + " " + referrer.artifactType().orElse("");
    }

    private static Part list(String heading, List<?> all, String empty) {
        List<List<Cell>> rows = all.stream()
                .limit(SHOWN)
                .map(each -> List.<Cell>of(new Cell.Mono(each.toString())))
                .collect(Collectors.toCollection(ArrayList::new));
        if (all.size() > SHOWN) {
            rows.add(List.of(Cell.text("and " + (all.size() - SHOWN) + " more")));
        }
        return new Part.Table(heading + " (" + all.size() + ")", List.of("Name"), rows, empty);
    }
}
