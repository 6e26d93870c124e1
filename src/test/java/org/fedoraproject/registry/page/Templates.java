package org.fedoraproject.registry.page;

import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.http.ClientUrl;

/** What templates need besides what they show. */
public final class Templates {
    private static final Assets ASSETS = new Assets(Map.of(
            "patternfly.css", asset("patternfly.css"),
            "page.css", asset("page.css"),
            "page.js", asset("page.js"),
            "icon.svg", asset("icon.svg")));

    private Templates() {}

    private static Asset asset(String name) {
        return new Asset(name, new byte[0]);
    }

    static Site site(String title, String text) {
        return new Site(new PageConfig(true, title, text), ASSETS);
    }

    static Layout layout(String title) {
        return Layout.of(site("The registry", "Its text."), title, List.of(), "");
    }

    static Commands commands() {
        return new Commands(new ClientUrl("https", "registry.test"));
    }
}
