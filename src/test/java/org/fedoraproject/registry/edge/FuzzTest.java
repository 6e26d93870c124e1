package org.fedoraproject.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.testing.Fuzzing;
import org.fedoraproject.registry.testing.RequestTargets;
import org.junit.jupiter.api.Test;

/** Paths, as strangers may write them. */
class FuzzTest {
    private static final List<String> REFERENCES = List.of(
            "latest",
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");

    @Test
    void paths() {
        Fuzzing.feed("paths", 13, Fuzzing.fuzzer("paths"), uri -> {
            RequestTarget target;
            try {
                target = RequestTarget.parse(RequestPath.parse(uri));
            } catch (RegistryException e) {
                assertThat(e.code().status()).isEqualTo(400);
                return false;
            }
            assertThat(target.reference()).doesNotContain("/");
            assertThat(target.action("GET")).isIn(Action.PULL, Action.CATALOG);
            return target.endpoint() != Endpoint.UNKNOWN;
        });
    }

    /** However a path is written, it is read as what it was made from. */
    @Test
    void spelling() {
        RequestTargets targets = new RequestTargets(Fuzzing.fuzzer("paths"), List.of());
        for (int i = 0; i < 20_000; i++) {
            RequestTargets.Written written = targets.next(REFERENCES);
            RequestTarget read = RequestTarget.parse(RequestPath.parse(written.uri()));
            assertThat(new RequestTargets.Written(
                            read.endpoint(),
                            read.repository().map(RepositoryName::value).orElse(""),
                            read.reference(),
                            written.uri()))
                    .isEqualTo(written);
        }
    }
}
