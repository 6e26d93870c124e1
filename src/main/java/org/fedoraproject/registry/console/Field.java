package org.fedoraproject.registry.console;

import java.util.List;

/**
 * A field of a form.
 *
 * @param label empty for a hidden field
 * @param autocomplete what the browser may fill in
 * @param options of a choice
 */
record Field(Kind kind, String name, String label, String value, String autocomplete, List<String> options) {
    enum Kind {
        HIDDEN,
        TEXT,
        PASSWORD,
        CHECK,
        CHOICE
    }

    static Field hidden(String name, String value) {
        return new Field(Kind.HIDDEN, name, "", value, "", List.of());
    }

    static Field text(String name, String label, String value) {
        return new Field(Kind.TEXT, name, label, value, "off", List.of());
    }

    static Field check(String name, String label) {
        return new Field(Kind.CHECK, name, label, "true", "off", List.of());
    }

    /** @param value the option that is chosen at first */
    static Field choice(String name, String label, String value, List<String> options) {
        return new Field(Kind.CHOICE, name, label, value, "off", options);
    }
}
