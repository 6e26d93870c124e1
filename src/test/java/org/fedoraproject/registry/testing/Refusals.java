package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/** Asserts that something is refused with an error of the specification. */
public final class Refusals {
    private Refusals() {}

    /** Returns the refusal, for what else is to be asked about it. */
    public static RegistryException assertRefused(ErrorCode code, ThrowingCallable request) {
        RegistryException refusal = catchThrowableOfType(RegistryException.class, request);
        assertThat(refusal).as("refusal with " + code).isNotNull();
        assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
        return refusal;
    }
}
