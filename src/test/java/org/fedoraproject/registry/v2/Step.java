package org.fedoraproject.registry.v2;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Wire;

/** A part of a row: an {@link Exchange}, or what else must happen between two of them. */
interface Step {
    void run(Session session) throws Exception;

    /** How the row's name tells of it; empty for what only prepares the row. */
    default Optional<String> shown() {
        return Optional.empty();
    }

    /**
     * What the steps of one row share.
     *
     * @param tree docker-distribution's {@code docker/registry/v2}, as the server has it
     */
    record Session(RegistryClient registry, Wire wire, Path tree, Map<String, String> variables) {
        private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)}");

        /** Puts the values in for {@code {name}}. */
        String fill(String text) {
            return VARIABLE.matcher(text).replaceAll(found -> {
                String value = variables.get(found.group(1));
                if (value == null) {
                    throw new IllegalArgumentException("no variable " + found.group());
                }
                return value;
            });
        }
    }
}
