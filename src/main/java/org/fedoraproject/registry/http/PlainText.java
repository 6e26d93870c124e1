package org.fedoraproject.registry.http;

/** Text for a terminal, which would interpret control characters. */
final class PlainText {
    private PlainText() {}

    /** The text with a question mark for each character that is not printable ASCII. */
    static String of(String text) {
        return text.chars().allMatch(PlainText::isPlain)
                ? text
                : text.codePoints()
                        .map(character -> isPlain(character) ? character : '?')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isPlain(int character) {
        return character >= ' ' && character <= '~';
    }
}
