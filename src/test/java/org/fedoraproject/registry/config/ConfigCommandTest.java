package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ops/config} prints, here with the libraries of the tests. */
class ConfigCommandTest {
    @TempDir
    Path work;

    @Test
    void saysWhereEachValueComesFrom() throws Exception {
        Command.Result result = run(
                Map.of("REGISTRY_NFS_MAX_WAITING", "7", "REGISTRY_TLS_PASSWORD", "open sesame"),
                "-Dregistry.nfs.root=/srv/a registry",
                "-Dregistry.cdn.purge-url=https://me:abracadabra@cdn.test/{path}?zone=1&apikey=sesame");

        assertThat(said(result)).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines())
                .isSorted()
                .hasSizeGreaterThan(80)
                .contains(
                        "registry.nfs.root = /srv/a registry (system property)",
                        "registry.nfs.max-waiting = 7 (environment variable REGISTRY_NFS_MAX_WAITING)",
                        "registry.nfs.max-connections = 64 (default)",
                        "registry.auth.policy: none (default)",
                        "registry.tls.password = (withheld) (environment variable REGISTRY_TLS_PASSWORD)",
                        "registry.cdn.purge-url = https://(withheld)@cdn.test/{path}?zone=1&apikey=(withheld)"
                                + " (system property)");
        assertThat(result.out()).doesNotContain("abracadabra", "sesame");
    }

    @Test
    void namesAllMistakesInOneLine() throws Exception {
        Command.Result result = run(
                Map.of("REGISTRY_AUTH_POLICI", "x", "REGISTRY_NFS_MAX_CONNECTIONS", "0"), "-Dregistry.nfs.root=srv");

        assertThat(result.status()).isEqualTo(1);
        assertThat(said(result))
                .isEqualTo("config: the registry would not start: REGISTRY_AUTH_POLICI is no configuration key,"
                        + " did you mean REGISTRY_AUTH_POLICY?; registry.nfs.max-connections is not above 0: 0\n");
        assertThat(result.out()).contains("registry.nfs.max-connections = 0 (environment variable");
    }

    /** Without what a library of the tests says of itself. */
    private static String said(Command.Result result) {
        return result.err().replaceAll("(?m)^SLF4J: .*\n", "");
    }

    private Command.Result run(Map<String, String> environment, String... options) throws Exception {
        Path input = Files.writeString(work.resolve("words"), String.join("\0", options));
        Map<String, String> all = new HashMap<>(environment);
        all.put("CLASSPATH", System.getProperty("java.class.path"));
        return new Command(
                        work,
                        all,
                        List.of(
                                "sh",
                                "-c",
                                "exec \"$0\" org.fedoraproject.registry.config.EffectiveConfiguration <\"$1\"",
                                System.getProperty("java.home") + "/bin/java",
                                input.toString()))
                .attempt();
    }
}
