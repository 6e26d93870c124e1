package org.fedoraproject.registry.config;

import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The keys that are injected somewhere, and the check of the values that are given for them. */
final class InjectedKeys {
    /** A key and the class that it is injected into. */
    private record Key(String name, String defaultValue, Type type, Class<?> user) {}

    private final List<Key> keys = new ArrayList<>();

    void add(ConfigProperty property, InjectionPoint point) {
        Class<?> user = point.getMember().getDeclaringClass();
        keys.add(new Key(property.name(), property.defaultValue(), point.getType(), user));
    }

    /**
     * All mistakes, each naming its key: values of the wrong type, required keys without a value, and whatever the
     * configuration records refuse.
     */
    List<String> mistakes(Config config, BeanManager beans) {
        Set<String> mistakes = new HashSet<>();
        Set<Class<?>> records = new HashSet<>();
        Set<Class<?>> skipped = new HashSet<>();
        for (Key key : keys) {
            Optional<String> mistake = mistake(key, config);
            mistake.ifPresent(mistakes::add);
            mistake.ifPresent(any -> skipped.add(key.user()));
            if (key.user().isRecord()) {
                records.add(key.user());
            }
        }
        records.removeAll(skipped);
        records.forEach(each -> refusal(each, beans).ifPresent(mistakes::add));
        return mistakes.stream().sorted().toList();
    }

    private static Optional<String> mistake(Key key, Config config) {
        String value = config.getConfigValue(key.name()).getValue();
        if (value == null) {
            boolean needed = !isOptional(key.type()) && key.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE);
            return needed ? Optional.of(key.name() + " is not set") : Optional.empty();
        }
        if (value.isEmpty()) {
            return isOptional(key.type()) ? Optional.empty() : Optional.of(key.name() + " is empty");
        }
        Class<?> elementType = elementType(key.type());
        try {
            config.getOptionalValues(key.name(), elementType);
        } catch (IllegalArgumentException e) {
            return Optional.of(key.name() + " is no " + describe(elementType) + ": " + value);
        }
        // MicroProfile Config reads every other word as false
        if (elementType == boolean.class && !StrictBoolean.isValid(value)) {
            return Optional.of(StrictBoolean.refusal(key.name(), value));
        }
        return Optional.empty();
    }

    private static boolean isOptional(Type type) {
        return type instanceof ParameterizedType of && (of.getRawType() == Optional.class || isOptional(argument(of)));
    }

    /** The innermost type argument: of {@code Provider<Optional<List<URI>>>}, {@code URI}. */
    private static Class<?> elementType(Type type) {
        return type instanceof ParameterizedType of ? elementType(argument(of)) : (Class<?>) type;
    }

    private static Type argument(ParameterizedType type) {
        return type.getActualTypeArguments()[0];
    }

    private static String describe(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "long" -> "whole number that fits";
            case "Duration" -> "duration such as PT30S";
            case "URI" -> "URI";
            case "Path" -> "path";
            default -> type.getSimpleName();
        };
    }

    /** The mistake that the record itself reports; its constructor checks the values. */
    private static Optional<String> refusal(Class<?> type, BeanManager beans) {
        Bean<?> bean = beans.resolve(beans.getBeans(type));
        CreationalContext<?> context = beans.createCreationalContext(bean);
        try {
            beans.getReference(bean, type, context);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(
                    innermostNamingKey(e).orElseGet(() -> rootCause(e)).getMessage());
        } finally {
            context.release();
        }
    }

    /** The innermost exception that names a key; its own cause may speak only of the value. */
    private static Optional<Throwable> innermostNamingKey(Throwable thrown) {
        Optional<Throwable> inner = Optional.ofNullable(thrown.getCause()).flatMap(InjectedKeys::innermostNamingKey);
        String message = thrown.getMessage();
        return inner.or(() -> Optional.of(thrown).filter(same -> message != null && message.contains("registry.")));
    }

    private static Throwable rootCause(Throwable thrown) {
        return thrown.getCause() == null ? thrown : rootCause(thrown.getCause());
    }
}
