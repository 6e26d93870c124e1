package org.fedoraproject.registry.testing;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.fedoraproject.registry.config.Settings;

/** A configuration of a few keys, by the server's own implementation of MicroProfile Config. */
public final class Configured {
    private record Source(Map<String, String> values) implements ConfigSource {
        @Override
        public Set<String> getPropertyNames() {
            return values.keySet();
        }

        @Override
        public String getValue(String name) {
            return values.get(name);
        }

        @Override
        public String getName() {
            return "test";
        }
    }

    private Configured() {}

    public static Config with(Map<String, String> values) {
        return ConfigProviderResolver.instance()
                .getBuilder()
                .withSources(new Source(values))
                .build();
    }

    /** What the start would say of these values, for the keys of one record. */
    public static List<String> mistakes(Class<?> type, Map<String, String> values) {
        return Settings.of(List.of(type)).mistakes(with(values));
    }
}
