package org.fedoraproject.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.edge.Check.Stage;
import org.junit.jupiter.api.Test;

class RegistryFilterTest {
    private final List<String> ended = new ArrayList<>();

    private record Pass(Stage stage) implements Check {
        @Override
        public boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) {
            return true;
        }
    }

    @Test
    void filterWithoutACheckForEachStageIsNotMade() {
        List<Check> all = Stream.of(Stage.values()).<Check>map(Pass::new).toList();
        List<Check> twice = new ArrayList<>(all);
        twice.add(new Pass(Stage.READ_ONLY));

        assertThat(new RegistryFilter(null, all.reversed(), List.of(), Optional.empty(), null))
                .isNotNull();
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> new RegistryFilter(null, all.subList(1, all.size()), List.of(), Optional.empty(), null))
                .withMessageContaining("CDN_REDIRECT");
        assertThatIllegalStateException()
                .isThrownBy(() -> new RegistryFilter(null, twice, List.of(), Optional.empty(), null));
    }

    @Test
    void allThatIsLeftForTheEndIsDoneTheLastFirst() {
        HttpServletRequest request = Requests.of("GET", "/v2/");
        RequestEnd.add(request, () -> ended.add("audit"));
        RequestEnd.add(request, () -> {
            throw new IllegalStateException("failed");
        });
        RequestEnd.add(request, () -> ended.add("limits"));
        RequestEnd.add(request, () -> {
            throw new IllegalStateException("failed first");
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> RequestEnd.reached(request))
                .withMessage("failed first")
                .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1));
        assertThat(ended).containsExactly("limits", "audit");
        RequestEnd.reached(request);
        assertThat(ended).hasSize(2);
    }
}
