package org.fedoraproject.registry.http;

import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.util.List;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/** The body of every error (spec, "Error Codes"). */
public record Errors(List<Entry> errors) {

    /** One error; {@code detail} is {@code null} if there is none. */
    @JsonbPropertyOrder({"code", "message", "detail"})
    public record Entry(String code, String message, String detail) {}

    public static Errors of(ErrorCode code, String detail) {
        return new Errors(List.of(new Entry(code.name(), code.message(), detail)));
    }

    /** Makes an entry for each detail. */
    public static Errors of(RegistryException refusal) {
        ErrorCode code = refusal.code();
        return new Errors(refusal.details().stream()
                .map(detail -> new Entry(code.name(), code.message(), detail))
                .toList());
    }
}
