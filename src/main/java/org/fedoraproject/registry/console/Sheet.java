package org.fedoraproject.registry.console;

import java.util.List;

/**
 * A page, as its parts.
 *
 * @param status of HTTP
 * @param live whether it changes by itself, so that the browser asks for it again and again
 */
record Sheet(int status, String title, boolean live, List<Part> parts) implements Answer {
    private static final int OK = 200;

    Sheet {
        parts = List.copyOf(parts);
    }

    static Sheet of(String title, List<Part> parts) {
        return new Sheet(OK, title, false, parts);
    }

    static Sheet of(String title, Part... parts) {
        return of(title, List.of(parts));
    }
}
