package org.fedoraproject.registry.policy;

import java.util.Locale;

/**
 * The callers of a rule.
 *
 * @param name of the user, group or certificate; empty for the others
 */
record Grantee(Kind kind, String name) {
    /** Most specific first. Rules for subjects of one rank apply together. */
    enum Kind {
        USER(0),
        CERT(0),
        GROUP(1),
        USERS(2),
        ANONYMOUS(2),
        ANYONE(3);

        private final int rank;

        Kind(int rank) {
            this.rank = rank;
        }

        private boolean hasName() {
            return this == USER || this == CERT || this == GROUP;
        }
    }

    /**
     * Reads {@code user:NAME}, {@code cert:NAME}, {@code group:NAME}, {@code users}, {@code anonymous} or {@code anyone}.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Grantee parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1);
        for (Kind each : Kind.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(kind)
                    && each.hasName() == colon >= 0
                    && each.hasName() != name.isEmpty()) {
                return new Grantee(each, name);
            }
        }
        throw new IllegalArgumentException(
                "not a subject: " + text
                        + " (user:NAME, cert:NAME, group:NAME, users for whoever has a name, anonymous for who has none, anyone)");
    }

    /** Whether it is about a user, a certificate or a group of this name. */
    boolean isNamed() {
        return kind.hasName();
    }

    int rank() {
        return kind.rank;
    }
}
