package org.fedoraproject.registry.console;

import java.util.Locale;

/** Messages as sentences. */
final class Words {
    private Words() {}

    /** With a capital and a full stop. */
    static String sentence(String message) {
        if (message == null || message.isEmpty()) {
            return "";
        }
        String capital = message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1);
        return capital.endsWith(".") ? capital : capital + ".";
    }

    /** For example {@code 1 tag}, {@code 2 tags}. */
    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
