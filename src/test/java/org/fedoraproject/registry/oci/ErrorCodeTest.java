package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 413, 416, 429, 503, 507})
    void containersStatusKeepsItsStatus(int status) {
        assertThat(ErrorCode.ofStatus(status).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 599})
    void serversFaultIsNotTheClients(int status) {
        assertThat(ErrorCode.ofStatus(status)).isEqualTo(ErrorCode.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeIsAnErrorThatItsMessageExplains(ErrorCode code) {
        assertThat(code.status()).isBetween(400, 599);
        assertThat(code.message()).isNotBlank();
    }
}
