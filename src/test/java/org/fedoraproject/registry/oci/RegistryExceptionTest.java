package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistryExceptionTest {
    @Test
    void onlyAFaultOfOursHasAStackTrace() {
        assertThat(RegistryException.of(ErrorCode.UNAUTHORIZED).getStackTrace()).isEmpty();
        assertThat(RegistryException.of(ErrorCode.NAME_INVALID, "no name").getStackTrace())
                .isEmpty();
        assertThat(RegistryException.storageFault(new IOException()).getStackTrace())
                .isNotEmpty();
        assertThat(RegistryException.unavailable(Duration.ofSeconds(1), null).getStackTrace())
                .isNotEmpty();
    }

    @Test
    void statusIsThatOfTheCodeExceptForAPathThatNamesNothing() {
        assertThat(RegistryException.of(ErrorCode.UNSUPPORTED).status()).isEqualTo(405);
        assertThat(RegistryException.endpointUnknown().status()).isEqualTo(404);
        assertThat(RegistryException.endpointUnknown().code()).isEqualTo(ErrorCode.UNSUPPORTED);
    }
}
