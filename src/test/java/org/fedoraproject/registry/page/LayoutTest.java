package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        String html = Html.text(
                out -> JtehomeGenerated.render(out, null, new HomePage(Templates.layout(""), Templates.commands())));

        assertThat(html)
                .contains("<title>The registry</title>", "Its text.", "podman pull registry.test/NAME:TAG")
                .doesNotContain("<style", " style=", "<script>", "onclick", "http:", "https:");
    }
}
