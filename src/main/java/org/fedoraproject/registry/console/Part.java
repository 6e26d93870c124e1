package org.fedoraproject.registry.console;

import java.time.Instant;
import java.util.List;
import org.fedoraproject.registry.page.Link;

/** A part of a page. All texts are shown as they are; the template escapes them. */
sealed interface Part {
    /** @param kind a modifier of PatternFly's alerts: info, success, warning or danger */
    record Notice(String kind, String text) implements Part {
        static Notice done(String text) {
            return new Notice("success", text);
        }

        static Notice warning(String text) {
            return new Notice("warning", text);
        }

        static Notice failed(String text) {
            return new Notice("danger", text);
        }
    }

    /** Words under the heading, or between two parts. */
    record Text(String text) implements Part {}

    /** A link that looks like a button, in a box of its own. */
    record Way(String heading, Link link) implements Part {}

    record Links(List<Link> links) implements Part {}

    /** Something to copy. */
    record Copy(String heading, String text) implements Part {}

    /** Names with values. */
    record Facts(String heading, List<Fact> facts) implements Part {}

    record Fact(String name, Cell value) {}

    /**
     * A table.
     *
     * @param empty what it says if it has no rows, and what to do next
     */
    record Table(String heading, List<String> columns, List<List<Cell>> rows, String empty) implements Part {}

    /**
     * Numbers over time, as a chart and as a table.
     *
     * @param columns the first one is the time
     */
    record Chart(String heading, List<String> columns, List<Point> points) implements Part {}

    record Point(Instant time, List<Value> values) {}

    /** @param text the number in words */
    record Value(double number, String text) {}

    /** Buttons beside each other. */
    record Buttons(List<Form> forms) implements Part {}

    /**
     * A form in a box of its own.
     *
     * @param text what it is for; may be empty
     */
    record Box(String heading, String text, Form form) implements Part {}
}
