package org.fedoraproject.registry.v2;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A row of the protocol table.
 *
 * @param endpoint the specification's id, such as {@code end-4a}
 * @param what the case, where the exchanges alone do not tell
 */
record Row(String endpoint, String what, List<Step> steps) {
    static Row row(String endpoint, String what, Step... steps) {
        return new Row(endpoint, what, List.of(steps));
    }

    String name() {
        String exchanges =
                steps.stream().map(Step::shown).flatMap(Optional::stream).collect(Collectors.joining(", "));
        return endpoint + (what.isEmpty() ? " " : " [" + what + "] ") + exchanges;
    }
}
