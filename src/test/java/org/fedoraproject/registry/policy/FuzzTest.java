package org.fedoraproject.registry.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Policy files, as tired administrators may write them. */
class FuzzTest {
    @Test
    void policies() {
        Fuzzing.feed("policies", 13, Fuzzing.fuzzer("policies"), text -> {
            Policy policy;
            try {
                policy = PolicyReader.read(text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
                return false;
            }
            for (Caller caller : List.of(Caller.ANONYMOUS, new Caller.User("alice"), new Caller.Certified("builder"))) {
                policy.allows(caller, RepositoryName.parse("open/app/with-a.rather/long_name"), Action.PUSH);
                policy.allows(caller, Action.CATALOG);
            }
            Predicate<Descriptor> needed = policy.neededChildren(RepositoryName.parse("mirror/app"));
            if (needed.test(child(Optional.of(new Descriptor.Platform("linux", "arm", "v7"))))) {
                assertThat(needed.test(child(Optional.empty()))).isTrue();
            }
            return true;
        });
    }

    private static Descriptor child(Optional<Descriptor.Platform> platform) {
        return new Descriptor(Digest.of(new byte[0]), OptionalLong.empty(), platform, false, true);
    }
}
