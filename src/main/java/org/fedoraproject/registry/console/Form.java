package org.fedoraproject.registry.console;

import java.util.ArrayList;
import java.util.List;

/**
 * A form.
 *
 * @param path where it is sent
 * @param changes whether it is sent by POST, with the token that shows that it is ours
 * @param danger whether its button warns
 */
record Form(String path, boolean changes, List<Field> fields, String button, boolean danger) {
    Form {
        fields = List.copyOf(fields);
    }

    /** @param hidden names and values of fields that nobody sees */
    static Form of(Command command, String button, String... hidden) {
        return new Form(command.path(), true, hidden(hidden), button, false);
    }

    /** One that only asks. */
    static Form asking(Place place, String button, String... hidden) {
        return new Form(place.path(), false, hidden(hidden), button, false);
    }

    Form with(Field... more) {
        List<Field> all = new ArrayList<>(fields);
        all.addAll(List.of(more));
        return new Form(path, changes, all, button, danger);
    }

    /** Whether the page adds the token. The form to sign in has its own. */
    boolean isWithoutToken() {
        return fields.stream().noneMatch(field -> field.name().equals(FormToken.FIELD));
    }

    Form dangerous() {
        return new Form(path, changes, fields, button, true);
    }

    private static List<Field> hidden(String... names) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.length; i += 2) {
            fields.add(Field.hidden(names[i], names[i + 1]));
        }
        return fields;
    }
}
