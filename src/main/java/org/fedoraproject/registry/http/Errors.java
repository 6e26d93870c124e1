package org.fedoraproject.registry.http;

import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.util.List;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.QuotaExcess;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/** The body of every error (spec, "Error Codes"). */
public record Errors(List<Entry> errors) {

    /** One error; {@code detail}, a text or a record, is {@code null} if there is none. */
    @JsonbPropertyOrder({"code", "message", "detail"})
    public record Entry(String code, String message, Object detail) {}

    public static Errors of(ErrorCode code, String detail) {
        return new Errors(List.of(new Entry(code.name(), code.message(), detail)));
    }

    /** Makes an entry for each detail. */
    public static Errors of(RegistryException refusal) {
        return of(refusal, name -> false);
    }

    /** The same, with names of repositories that the caller may see. */
    public static Errors of(RegistryException refusal, Predicate<RepositoryName> visible) {
        ErrorCode code = refusal.code();
        if (refusal.excess().isPresent()) {
            QuotaExcess excess = refusal.excess().get().shownTo(visible);
            return new Errors(List.of(new Entry(code.name(), refusal.getMessage(), excess)));
        }
        return new Errors(refusal.details().stream()
                .map(detail -> new Entry(code.name(), code.message(), detail))
                .toList());
    }
}
