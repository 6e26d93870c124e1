package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fedoraproject.registry.oci.Digest;

/**
 * An image of one layer in a directory of its own, and the tools that push it.
 *
 * @param source its name, as skopeo takes it
 */
public record LocalImage(Path directory, ContainerTools tools, String source, Digest digest) {
    /**
     * Makes it.
     *
     * @param name of the directory, and what the layer contains
     * @param authorities of registries without TLS
     */
    public static LocalImage make(String name, String... authorities) throws Exception {
        Path directory = BuildDirectory.make(name);
        OciLayout layout = new OciLayout(directory.resolve("layout"));
        OciLayout.Entry image = layout.image("amd64", name);
        return new LocalImage(
                directory, new ContainerTools(directory, authorities), layout.name("1", image), image.digest());
    }

    /** Pushes it by skopeo, which must succeed. */
    public void push(String target, String... options) throws Exception {
        assertThat(tools.copy(source, target, options)).isEqualTo(digest);
    }

    /** Pulls it by skopeo: it must be this image. */
    public void pull(String from, String... options) throws Exception {
        tools.copy(from, "oci:" + directory.resolve("pulled:1"), options);
        assertThat(tools.written()).isEqualTo(digest);
    }

    /** Pushes it by skopeo, which must fail; returns what skopeo says. */
    public String pushIsRefused(String target, String... options) throws Exception {
        return tools.copyIsRefused(source, target, options);
    }
}
