package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final String MARKUP = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";

    @Test
    void markupOfOthersIsText() {
        Layout layout = new Layout(
                Templates.site(MARKUP, MARKUP),
                MARKUP,
                List.of(new Link("javascript:alert(1)", MARKUP, true)),
                MARKUP,
                List.of());

        String html = Html.text(out -> JtelayoutGenerated.render(out, null, layout, o -> o.writeUserContent(MARKUP)));

        assertThat(html)
                .doesNotContain("<script>", "<img src=x", "\"javascript:")
                .contains("&lt;script&gt;");
    }

    @Test
    void pageHasNoScriptOrStyleInside() {
        RepositoryList list = new RepositoryList(true, MARKUP, true, true, List.of(), Optional.empty());
        HomePage page = new HomePage(Templates.layout(""), Templates.commands(), list);

        String html = Html.text(out -> JtehomeGenerated.render(out, null, page));

        assertThat(html)
                .contains("<title>The registry</title>", "Its text.", "podman pull registry.test/NAME:TAG")
                .doesNotContain("<style", " style=", "<script>", " onclick", "<img src=x", "http:", "https:");
    }
}
