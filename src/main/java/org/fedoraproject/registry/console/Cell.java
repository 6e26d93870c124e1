package org.fedoraproject.registry.console;

import java.time.Instant;
import java.util.List;

/** A cell of a table, or the value of a fact. */
sealed interface Cell {
    record Text(String text) implements Cell {}

    /** A digest, or something else that is read letter by letter. */
    record Mono(String text) implements Cell {}

    record To(String text, String href) implements Cell {}

    record Time(Instant time) implements Cell {}

    /** @param part of the whole, from 0 on; more than 1 is full */
    record Gauge(String text, double part) implements Cell {
        int percent() {
            return (int) Math.round(100 * Math.min(1, part));
        }
    }

    record Forms(List<Form> forms) implements Cell {}

    static Cell text(String text) {
        return new Text(text);
    }

    static Cell number(long number) {
        return new Text(Long.toString(number));
    }

    static Cell forms(Form... forms) {
        return new Forms(List.of(forms));
    }
}
