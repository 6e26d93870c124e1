package org.fedoraproject.registry.config;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Fails the deployment for mistakes in the configuration and reports all of them at once: {@code registry.*} keys that
 * nothing reads, which are mostly misspelt, and the mistakes that {@link InjectedKeys} finds. A key is known if it is
 * injected somewhere.
 */
public class ConfigurationCheck implements Extension {
    private static final int BEFORE_OTHERS = 1;
    private static final String PREFIX = "registry.";
    private static final String ENVIRONMENT_PREFIX = "REGISTRY_";

    /** Variables of the containers tools, which have our prefix by chance. */
    private static final Set<String> NOT_OURS = Set.of("REGISTRY_AUTH_FILE");

    /** Read by the server's own configuration, see {@code wildfly-config}. */
    private static final Set<String> OF_SERVER = Set.of(
            "registry.log",
            "registry.log.json",
            "registry.log.text",
            "registry.log.file",
            "registry.console.key-store",
            "registry.console.key-store-password",
            "registry.console.oidc-url",
            "registry.console.oidc-origin",
            "registry.console.oidc-client",
            "registry.console.oidc-management",
            "registry.console.oidc-principal",
            "registry.http.enabled",
            "registry.http.max-threads",
            "registry.http.max-head-size",
            "registry.http.head-timeout",
            "registry.http.read-timeout",
            "registry.http.write-timeout",
            "registry.http.idle-timeout",
            "registry.tls.enabled",
            "registry.tls.http2",
            "registry.tls.key-store",
            "registry.tls.password",
            "registry.tls.client-certificates",
            "registry.tls.client-trust-store",
            "registry.tls.client-trust-store-password",
            "registry.tls.client-crl",
            "registry.cluster.hosts",
            "registry.cluster.directory",
            "registry.cluster.tls",
            "registry.cluster.key-store",
            "registry.cluster.password",
            "registry.lb.host",
            "registry.lb.port",
            "registry.lb.behind-proxy");

    private final Set<String> known;
    private final InjectedKeys injected = new InjectedKeys();

    public ConfigurationCheck() {
        this(Set.of());
    }

    ConfigurationCheck(Set<String> known) {
        this.known = new TreeSet<>(known);
        this.known.addAll(OF_SERVER);
    }

    void collect(@Observes ProcessInjectionPoint<?, ?> point) {
        ConfigProperty property = point.getInjectionPoint().getAnnotated().getAnnotation(ConfigProperty.class);
        if (property != null) {
            known.add(property.name());
            injected.add(property, point.getInjectionPoint());
        }
    }

    /**
     * Runs before other checks, which would each report some of the same mistakes, on several lines.
     *
     * @throws IllegalArgumentException naming all mistakes, in one line
     */
    void check(@Observes @Priority(BEFORE_OTHERS) AfterDeploymentValidation validation, BeanManager beans) {
        Config config = ConfigProvider.getConfig();
        List<String> mistakes = new ArrayList<>();
        unknown(config.getPropertyNames())
                .forEach(name -> mistakes.add(name + " is no configuration key" + hint(name)));
        mistakes.addAll(injected.mistakes(config, beans));
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /** The names, of properties or environment variables, that have our prefix and are no known key. */
    Set<String> unknown(Iterable<String> names) {
        Set<String> variables = new TreeSet<>(NOT_OURS);
        known.forEach(key -> variables.add(variable(key)));
        Set<String> unknown = new TreeSet<>();
        for (String name : names) {
            boolean property = name.startsWith(PREFIX) && !known.contains(name) && !variables.contains(variable(name));
            boolean variable = name.startsWith(ENVIRONMENT_PREFIX) && !variables.contains(name);
            if (property || variable) {
                unknown.add(name);
            }
        }
        // some sources list an environment variable as a property too
        unknown.removeIf(name -> name.startsWith(PREFIX) && unknown.contains(variable(name)));
        return unknown;
    }

    /** Which key may have been meant, written as the unknown one is; empty where none is like it. */
    String hint(String name) {
        boolean isVariable = name.startsWith(ENVIRONMENT_PREFIX);
        return SimilarNames.closest(name, known.stream().map(key -> isVariable ? variable(key) : key))
                .map(key -> ", did you mean " + key + "?")
                .orElse("");
    }

    /** The environment variable of a key, as MicroProfile Config maps it. */
    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
