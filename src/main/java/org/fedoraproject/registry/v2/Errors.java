package org.fedoraproject.registry.v2;

import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.util.List;
import org.fedoraproject.registry.oci.ErrorCode;

/** The body of every error (spec, "Error Codes"). */
public record Errors(List<Entry> errors) {

    /** One of them; {@code detail} is {@code null} where there is nothing to add. */
    @JsonbPropertyOrder({"code", "message", "detail"})
    public record Entry(String code, String message, String detail) {}

    static Errors of(ErrorCode code, String detail) {
        return new Errors(List.of(new Entry(code.name(), code.message(), detail)));
    }
}
