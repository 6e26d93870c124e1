package org.fedoraproject.registry.config;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;

/** Fails the deployment for mistakes in the configuration, and reports all of them at once. */
public class ConfigurationCheck implements Extension {
    private static final int BEFORE_OTHERS = 1;

    private final Set<Class<?>> records = new HashSet<>();

    void collect(@Observes @WithAnnotations(Setting.class) ProcessAnnotatedType<?> type) {
        records.add(type.getAnnotatedType().getJavaClass());
    }

    /**
     * Runs before other checks, which would each report some of the same mistakes, on several lines.
     *
     * @throws IllegalArgumentException naming all mistakes, in one line
     */
    void check(@Observes @Priority(BEFORE_OTHERS) AfterDeploymentValidation validation) {
        List<String> mistakes = Settings.of(records).mistakes(ConfigProvider.getConfig());
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }
}
