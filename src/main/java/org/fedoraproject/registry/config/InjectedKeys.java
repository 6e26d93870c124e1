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

/** The keys that are injected somewhere, and what is wrong with what is given for them. */
final class InjectedKeys {
    /** One of them, in a class. */
    private record Key(String name, String otherwise, Type type, Class<?> user) {}

    private final List<Key> keys = new ArrayList<>();

    void add(ConfigProperty property, InjectionPoint point) {
        Class<?> user = point.getMember().getDeclaringClass();
        keys.add(new Key(property.name(), property.defaultValue(), point.getType(), user));
    }

    /**
     * What is wrong, each naming its key: values that are none of the key's type, keys that are needed and not given, and what
     * the records of configuration refuse.
     */
    List<String> mistakes(Config config, BeanManager beans) {
        Set<String> mistakes = new HashSet<>();
        Set<Class<?>> records = new HashSet<>();
        Set<Class<?>> unfit = new HashSet<>();
        for (Key key : keys) {
            Optional<String> mistake = mistake(key, config);
            mistake.ifPresent(mistakes::add);
            mistake.ifPresent(any -> unfit.add(key.user()));
            if (key.user().isRecord()) {
                records.add(key.user());
            }
        }
        records.removeAll(unfit);
        records.forEach(each -> refusal(each, beans).ifPresent(mistakes::add));
        return mistakes.stream().sorted().toList();
    }

    private static Optional<String> mistake(Key key, Config config) {
        String value = config.getConfigValue(key.name()).getValue();
        if (value == null) {
            boolean needed = !optional(key.type()) && key.otherwise().equals(ConfigProperty.UNCONFIGURED_VALUE);
            return needed ? Optional.of(key.name() + " is not set") : Optional.empty();
        }
        if (value.isEmpty()) {
            return optional(key.type()) ? Optional.empty() : Optional.of(key.name() + " is empty");
        }
        Class<?> single = single(key.type());
        try {
            config.getOptionalValues(key.name(), single);
        } catch (IllegalArgumentException e) {
            return Optional.of(key.name() + " is no " + words(single) + ": " + value);
        }
        // whatever is not one of several words counts as false otherwise
        if (single == boolean.class && !TruthValue.is(value)) {
            return Optional.of(TruthValue.refusal(key.name(), value));
        }
        return Optional.empty();
    }

    private static boolean optional(Type type) {
        return type instanceof ParameterizedType of && (of.getRawType() == Optional.class || optional(argument(of)));
    }

    /** Of {@code Provider<Optional<List<URI>>>}, URI. */
    private static Class<?> single(Type type) {
        return type instanceof ParameterizedType of ? single(argument(of)) : (Class<?>) type;
    }

    private static Type argument(ParameterizedType type) {
        return type.getActualTypeArguments()[0];
    }

    private static String words(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "long" -> "whole number that fits";
            case "Duration" -> "duration such as PT30S";
            case "URI" -> "URI";
            case "Path" -> "path";
            default -> type.getSimpleName();
        };
    }

    /** What the record itself says, which checks its values as it is made. */
    private static Optional<String> refusal(Class<?> type, BeanManager beans) {
        Bean<?> bean = beans.resolve(beans.getBeans(type));
        CreationalContext<?> context = beans.createCreationalContext(bean);
        try {
            beans.getReference(bean, type, context);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(naming(e).orElseGet(() -> root(e)).getMessage());
        } finally {
            context.release();
        }
    }

    /** The innermost that names a key: what lies below it may tell only of the value. */
    private static Optional<Throwable> naming(Throwable thrown) {
        Optional<Throwable> inner = Optional.ofNullable(thrown.getCause()).flatMap(InjectedKeys::naming);
        String message = thrown.getMessage();
        return inner.or(() -> Optional.of(thrown).filter(same -> message != null && message.contains("registry.")));
    }

    private static Throwable root(Throwable thrown) {
        return thrown.getCause() == null ? thrown : root(thrown.getCause());
    }
}
