package org.fedoraproject.registry.config;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;

/**
 * The program behind {@code ops/config}. Prints every key with its value and where that comes from, without secrets.
 * The environment is its own; the words of the server's command line come from standard input, each ended by a NUL.
 */
final class EffectiveConfiguration {
    private static final String WITHHELD = "(withheld)";

    private final Config config;
    private final CommandLine line;

    EffectiveConfiguration(Config config, CommandLine line) {
        this.config = config;
        this.line = line;
    }

    public static void main(String[] arguments) throws IOException, URISyntaxException {
        String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        CommandLine line = CommandLine.of(Stream.of(input.split("\0")).toList());
        Config config = ConfigProviderResolver.instance()
                .getBuilder()
                .addDefaultSources()
                .withSources(line)
                .build();
        Settings settings = Settings.below(Path.of(EffectiveConfiguration.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
        new EffectiveConfiguration(config, line).rows(settings).forEach(System.out::println);
        List<String> mistakes = settings.mistakes(config);
        if (!mistakes.isEmpty()) {
            System.out.flush();
            System.err.println("config: the registry would not start: " + String.join("; ", mistakes));
            System.exit(1);
        }
    }

    /** Such as {@code registry.nfs.root = /srv/registry (environment variable REGISTRY_NFS_ROOT)}, sorted. */
    List<String> rows(Settings settings) {
        return settings.keys().stream().map(this::row).sorted().toList();
    }

    private String row(Key key) {
        ConfigValue given = config.getConfigValue(key.name());
        if (given.getValue() == null) {
            return key.fallback()
                    .map(value -> key.name() + " = " + value + " (default)")
                    .orElseGet(() ->
                            key.name() + ": " + key.setting().orElseThrow().otherwise() + " (default)");
        }
        boolean secret = key.setting().orElseThrow().secret();
        return key.name() + " = " + (secret ? WITHHELD : withoutSecrets(given.getValue())) + " (" + origin(given) + ")";
    }

    /** Of a URL: without a password, and without what its query may have to show. */
    private static String withoutSecrets(String value) {
        return value.replaceAll("(?<=://)[^/@\\s]*@", WITHHELD + "@")
                .replaceAll(
                        "(?i)(?<=[?&][^=&]{0,40}(key|token|secret|password|signature)[^=&]{0,40}=)[^&\\s]+", WITHHELD);
    }

    private String origin(ConfigValue given) {
        if (line.getName().equals(given.getSourceName())) {
            return line.origin(given.getName());
        }
        String variable = KeyNames.variable(given.getName());
        return System.getenv(variable) != null ? "environment variable " + variable : given.getSourceName();
    }
}
