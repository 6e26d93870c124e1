package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.index.Artifacts;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.Referrers;

/**
 * The README of an image or artifact, as plain text: a blob of its own with the type of Markdown or the title README, or
 * such a blob of an artifact that refers to it and has {@code readme} or {@code markdown} in its type.
 */
@Singleton
public class Readmes {
    /** In bytes. */
    static final int MAX_SIZE = 64 * 1024;

    private static final Page FEW = new Page(20, "");
    private static final int MAX_DESCRIPTORS = 64 * 1024;

    private final Artifacts artifacts;
    private final Referrers referrers;

    @Inject
    public Readmes(Artifacts artifacts, Referrers referrers) {
        this.artifacts = artifacts;
        this.referrers = referrers;
    }

    Optional<String> find(RepositoryName name, Digest image) {
        return Stream.concat(Stream.of(image), about(name, image).stream())
                .flatMap(digest -> own(name, digest).stream())
                .findFirst();
    }

    private List<Digest> about(RepositoryName name, Digest image) {
        return referrers.list(name, image, Optional.empty(), FEW, MAX_DESCRIPTORS).entries().stream()
                .filter(each -> Kinds.ofReferrer(each.artifactType().orElse("")).equals("README"))
                .map(Referrer::digest)
                .toList();
    }

    private Optional<String> own(RepositoryName name, Digest digest) {
        return artifacts
                .find(name, digest)
                .filter(found -> found.bytes().length <= MAX_SIZE)
                .flatMap(found -> Members.parse(found.bytes()))
                .flatMap(manifest -> in(name, manifest));
    }

    private Optional<String> in(RepositoryName name, Members manifest) {
        return manifest.objects("layers").stream()
                .map(Part::of)
                .filter(part -> isReadme(part) && !part.external() && part.size() <= MAX_SIZE)
                .flatMap(part -> part.parsed().stream())
                .findFirst()
                .flatMap(blob -> artifacts.blob(name, blob, MAX_SIZE))
                .flatMap(Readmes::text);
    }

    private static boolean isReadme(Part part) {
        String title = part.title().toLowerCase(Locale.ROOT);
        return part.mediaType().startsWith("text/markdown")
                || part.mediaType().startsWith("text/")
                        && List.of("readme", "readme.md", "readme.txt").contains(title);
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
