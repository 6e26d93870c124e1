package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/** Configures the pages for people. */
public record PageConfig(
        @ConfigProperty(name = "registry.page.enabled", defaultValue = "true")
        @Setting(
                help = "Whether browsers get [pages](PAGES.md) at `/` and below `/r/`. If not, `/` is an empty answer "
                        + "for them, too.")
        boolean enabled,

        @ConfigProperty(name = "registry.page.title", defaultValue = "Container registry")
        @Setting(unit = "text", help = "The name of the registry in the header and the title of each page.")
        String title,

        @ConfigProperty(name = "registry.page.text", defaultValue = PageConfig.TEXT)
        @Setting(unit = "text", help = "What the front page says about the registry. It is shown as it is.")
        String text) {
    static final String TEXT = "This server stores container images and other OCI artifacts. You use it with the tools "
            + "that you have: podman, docker, skopeo, and all others that speak the OCI Distribution "
            + "Specification or the Docker Registry API.";

    @Inject
    public PageConfig {}
}
