package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.repository.Manifests;

/** Asks for a new tag of a manifest, and shows what the tag names until then. */
@Singleton
class TagPage implements ConsolePage {
    private final Manifests manifests;

    @Inject
    TagPage(Manifests manifests) {
        this.manifests = manifests;
    }

    @Override
    public Place place() {
        return Place.TAG;
    }

    @Override
    public boolean isFor(Visit visit) {
        return true;
    }

    @Override
    public Sheet show(Visit visit) {
        return show(visit, Optional.empty());
    }

    /** The same after the tag was moved since the page was shown. */
    Sheet again(Visit visit) {
        return show(visit, Optional.of("The tag has changed since you saw this page. Nothing was done. Look again."));
    }

    private Sheet show(Visit visit, Optional<String> changed) {
        RepositoryName name = visit.repository(Action.PUSH);
        visit.repository(Action.PULL);
        Digest digest = manifests
                .get(name, Reference.parse(visit.fields().first("reference")), Optional.empty())
                .digest();
        String wanted = visit.fields().first("tag").strip();
        List<Part> parts = new ArrayList<>();
        changed.ifPresent(why -> parts.add(Part.Notice.warning(why)));
        parts.add(new Part.Text("The manifest " + digest + " gets one more tag. Its other tags stay."));
        if (wanted.isEmpty()) {
            parts.add(new Part.Box(
                    "",
                    "",
                    Form.asking(Place.TAG, "Next", "name", name.value(), "reference", digest.toString())
                            .with(Field.text("tag", "New tag", ""))));
        } else {
            parts.addAll(confirm(visit, name, digest, Tag.parse(wanted)));
        }
        return Sheet.of("Tag a manifest of " + name, parts);
    }

    private List<Part> confirm(Visit visit, RepositoryName name, Digest digest, Tag tag) {
        String before = before(name, tag);
        String words = before.isEmpty()
                ? "There is no tag " + tag + " yet."
                : before.equals(digest.toString())
                        ? "The tag " + tag + " names this manifest already."
                        : "The tag " + tag + " names " + before + " now. It will be moved.";
        List<Part> parts = new ArrayList<>();
        boolean isFixed = !before.isEmpty() && visit.access().isImmutable(name, tag);
        parts.add(new Part.Notice(before.isEmpty() ? "info" : "warning", words));
        if (isFixed) {
            parts.add(Part.Notice.failed("The policy does not allow this tag to be moved."));
        }
        Form back = Form.asking(Place.REPOSITORY, "Back", "name", name.value());
        Form yes = Form.of(
                Command.TAG,
                "Set the tag",
                "name",
                name.value(),
                "reference",
                digest.toString(),
                "tag",
                tag.value(),
                "seen",
                before);
        parts.add(new Part.Buttons(isFixed ? List.of(back) : List.of(yes, back)));
        return parts;
    }

    /** What a tag names; empty if there is none. */
    String before(RepositoryName name, Tag tag) {
        try {
            return manifests.get(name, tag, Optional.empty()).digest().toString();
        } catch (RegistryException e) {
            if (e.code() != ErrorCode.MANIFEST_UNKNOWN) {
                throw e;
            }
            return "";
        }
    }
}
