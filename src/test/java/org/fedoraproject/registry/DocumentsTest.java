package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents point to is there, the first of them stays short, and so do their sentences. */
class DocumentsTest {
    private static final int MOST_WORDS_OF_README = 1500;

    /** The text, the file and the heading of a link or picture; those to other sites have a colon. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```");

    /** A file of ours, where it does not go on with a pattern. */
    private static final Pattern OUR_FILE =
            Pattern.compile("(?<![\\w./-])(?:ops|wildfly-config)/[\\w./-]*[\\w-](?![\\w*{])");

    /** A class of ours, or a method of one: such names have two capitals at least, unlike those of headers. */
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]+[A-Z][A-Za-z]*)(?:\\.[a-z]\\w*)?`");

    private static final int MOST_WORDS_OF_SENTENCE = 35;

    /** Written by ops/bench/bench. */
    private static final Pattern FIGURES = Pattern.compile("(?s)<!-- bench -->.*<!-- /bench -->");

    /** Paragraphs, items of lists, and cells of tables. */
    private static final Pattern PARTS = Pattern.compile("\\n\\s*\\n|\\n(?=\\s*(?:[-#]|\\d+\\.) )|\\|");

    private static final Pattern SENTENCES = Pattern.compile("(?<=[.:;?!])\\s+");

    static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(Path.of(""));
                Stream<Path> ops = Files.list(Path.of("ops"))) {
            return Stream.concat(top, ops)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadToFilesAndHeadings(Path document) throws IOException {
        assertThat(LINK.matcher(withoutCode(document)).results()).allSatisfy(link -> {
            Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
            assertThat(target).exists();
            if (link.group(2) != null) {
                assertThat(anchors(target)).as("headings of " + target).contains(link.group(2));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("documents")
    void filesThatAreNamedAreThere(Path document) throws IOException {
        assertThat(OUR_FILE.matcher(Files.readString(document)).results().map(MatchResult::group))
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
    }

    @Test
    void classesThatDevelopersAreToldOfAreThere() throws IOException {
        Set<String> classes;
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            classes = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }

        assertThat(CLASS.matcher(Files.readString(Path.of("CONTRIBUTING.md"))).results())
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(classes).contains(name.group(1) + ".java"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void sentencesAreShort(Path document) throws IOException {
        String prose = FIGURES.matcher(withoutCode(document)).replaceAll("");

        assertThat(PARTS.splitAsStream(prose).flatMap(SENTENCES::splitAsStream))
                .allSatisfy(sentence -> assertThat(sentence.strip().split("\\s+").length)
                        .as(sentence)
                        .isLessThanOrEqualTo(MOST_WORDS_OF_SENTENCE));
    }

    @ParameterizedTest
    @MethodSource("documents")
    @NeedsCommand("codespell")
    void wordsAreSpelledRight(Path document, @TempDir Path work) throws Exception {
        Command.of(
                        work,
                        "codespell",
                        "--ignore-words-list=errorprone",
                        document.toAbsolutePath().toString())
                .run();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyPageCanBeReachedFromReadme(Path document) throws IOException {
        Path readme = Path.of("README.md");
        List<Path> linked = LINK.matcher(withoutCode(readme))
                .results()
                .map(link -> Path.of(link.group(1)))
                .toList();

        assertThat(linked.contains(document) || document.equals(readme))
                .as("README.md has a link to it")
                .isTrue();
    }

    @Test
    void readmeIsShort() throws IOException {
        assertThat(Files.readString(Path.of("README.md")).strip().split("\\s+").length)
                .isLessThanOrEqualTo(MOST_WORDS_OF_README);
    }

    /** GitHub's names of headings. */
    private static List<String> anchors(Path document) throws IOException {
        return HEADING.matcher(withoutCode(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String withoutCode(Path document) throws IOException {
        return CODE_BLOCK.matcher(Files.readString(document)).replaceAll("");
    }
}
