package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.fedoraproject.registry.testing.Fuzzer;
import org.fedoraproject.registry.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Any input gives a valid value or none. */
class FuzzTest {
    private static final long SIZE = 1000;

    @Test
    void names() {
        feed("names", RepositoryName::parse, name -> {
            assertThat(name.toString()).matches("[a-z0-9]+([._/-]+[a-z0-9]+)*").hasSizeLessThan(256);
            assertThat(name.toString()).doesNotContain("..", "//", "./", "/.");
        });
    }

    @Test
    void references() {
        feed("references", Reference::parse, reference -> {
            assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
            assertThat(reference.toString()).matches("[A-Za-z0-9_][A-Za-z0-9._:-]*");
        });
    }

    @Test
    void ranges() {
        feed("ranges", header -> header.startsWith("bytes=") ? ranges(header) : contentRange(header), ranges -> {
            assertThat(ranges).allSatisfy(range -> assertThat(range.length()).isPositive());
        });
    }

    @Test
    void manifests() {
        Fuzzer fuzzer = Fuzzing.fuzzer("manifests");
        Fuzzing.feed("manifests", 13, fuzzer, input -> {
            Charset charset = fuzzer.below(8) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
            byte[] bytes = input.getBytes(charset);
            Manifest.storedType(bytes);
            Manifest.parseStored(bytes);
            return takes(text -> Manifest.parse(bytes, Optional.empty()), input, manifest -> {
                assertThat(manifest.bytes()).isEqualTo(bytes);
                assertThat(Manifest.storedType(bytes)).contains(manifest.mediaType());
                manifest.artifactType();
            });
        });
    }

    private static List<ByteRange> ranges(String header) {
        List<ByteRange> ranges = ByteRange.parse(header, SIZE);
        assertThat(ranges).allSatisfy(range -> assertThat(range.last()).isLessThan(SIZE));
        return ranges;
    }

    private static List<ByteRange> contentRange(String header) {
        return List.of(ByteRange.parseContentRange(header));
    }

    /** What must be true of a value. */
    private interface Check<T> {
        void of(T value);
    }

    private static <T> void feed(String kind, Function<String, T> parse, Check<T> check) {
        Fuzzing.feed(kind, 13, Fuzzing.fuzzer(kind), input -> takes(parse, input, check));
    }

    private static <T> boolean takes(Function<String, T> parse, String input, Check<T> check) {
        T value;
        try {
            value = parse.apply(input);
        } catch (RegistryException e) {
            assertThat(e.code().status()).isBetween(400, 499);
            return false;
        }
        check.of(value);
        return true;
    }
}
