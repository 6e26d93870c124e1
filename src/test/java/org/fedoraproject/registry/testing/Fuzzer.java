package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes inputs that are nearly right: those of a corpus, changed a few times over. The same seed gives the same inputs.
 */
public final class Fuzzer {
    /** What has broken readers of text before. */
    private static final List<String> PIECES = List.of(
            "",
            " ",
            "\n",
            "\r\n",
            "\t",
            "\0",
            "/",
            "//",
            "..",
            "/../",
            ".",
            "%2e",
            "%2F",
            "%00",
            "%",
            ":",
            "::",
            "@",
            "-",
            "--",
            "_",
            "__",
            "=",
            ",",
            ";",
            "\"",
            "'",
            "\\",
            "\\u0000",
            "\\ud800",
            "[",
            "]",
            "{",
            "}",
            "[[[[",
            "{\"a\":",
            "null",
            "true",
            "-1",
            "0",
            "1e999999999",
            "1e-999999999",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999",
            "2147483648",
            "NaN",
            "sha256:",
            "sha512:",
            "bytes=",
            "*",
            "**",
            "***",
            "$",
            "$2y$",
            "$6$",
            "rounds=",
            "#",
            "\u00e9",
            "\u0130",
            "\u2028",
            "\ufeff",
            "\ud83d\ude00",
            "\ud800",
            "\uffff",
            "A",
            "Z",
            "a");

    private static final int MAX_CHANGES = 6;
    private static final int MAX_LENGTH = 64 * 1024;

    private final Random random;
    private final List<String> corpus;

    public Fuzzer(long seed, List<String> corpus) {
        this.random = new Random(seed);
        this.corpus = List.copyOf(corpus);
    }

    /** The inputs that are kept for this kind: files, and the lines of those called {@code lines}. */
    public static List<String> corpus(String kind) {
        List<String> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz", kind))) {
            for (Path file : files.sorted().toList()) {
                if (file.endsWith("lines")) {
                    corpus.addAll(Files.readAllLines(file));
                } else {
                    corpus.add(Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(kind, e);
        }
        return corpus;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** One of the corpus, as it is now and then. */
    public String next() {
        StringBuilder input = new StringBuilder(pick(corpus));
        for (int changes = random.nextInt(MAX_CHANGES); changes > 0; changes--) {
            change(input);
        }
        input.setLength(Math.min(input.length(), MAX_LENGTH));
        return input.toString();
    }

    private void change(StringBuilder input) {
        int from = random.nextInt(input.length() + 1);
        int to = Math.min(input.length(), from + 1 + random.nextInt(random.nextInt(20) == 0 ? 200 : 8));
        switch (random.nextInt(8)) {
            case 0 -> input.delete(from, to);
            case 1 -> input.insert(from, pick(PIECES));
            case 2 -> input.replace(from, to, pick(PIECES));
            case 3 -> input.insert(from, input.substring(from, to));
            case 4 -> input.insert(from, (char) random.nextInt(random.nextInt(10) == 0 ? 0x10000 : 0x100));
            case 5 -> splice(input, from, pick(corpus));
            case 6 -> input.insert(from, pick(PIECES).repeat(1 << random.nextInt(random.nextInt(50) == 0 ? 14 : 6)));
            default -> input.setLength(from);
        }
    }

    /** The end of another, from where it may fit. */
    private void splice(StringBuilder input, int at, String other) {
        input.replace(at, input.length(), other.substring(random.nextInt(other.length() + 1)));
    }
}
