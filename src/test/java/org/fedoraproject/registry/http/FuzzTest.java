package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fedoraproject.registry.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Proxies' headers, which clients write to as well. */
class FuzzTest {
    @Test
    void forwarded() {
        Fuzzing.feed("forwarded", 13, Fuzzing.fuzzer("forwarded"), header -> {
            List<ForwardedElement> hops = header.contains("=")
                    ? ForwardedElement.forwarded(header)
                    : ForwardedElement.xForwarded(header, header, header);
            assertThat(hops).isNotEmpty();
            for (ForwardedElement hop : hops) {
                hop.client().ifPresent(client -> {
                    assertThat(Network.address(client)).isPresent();
                    assertThat(Network.ofClient(client)).isNotEmpty();
                });
            }
            return hops.stream().anyMatch(hop -> hop.client().isPresent());
        });
    }
}
