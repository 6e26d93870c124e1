package org.fedoraproject.registry.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A key as a record has it.
 *
 * @param fallback the default, if there is one
 * @param setting empty if the key is declared in another record
 */
record Key(String name, Optional<String> fallback, Type type, Optional<Setting> setting) {
    static Key of(RecordComponent component) {
        ConfigProperty property = component.getAccessor().getAnnotation(ConfigProperty.class);
        if (property == null) {
            throw new IllegalStateException(component + " is no ConfigProperty");
        }
        return new Key(
                property.name(),
                Optional.of(property.defaultValue()).filter(value -> !value.equals(ConfigProperty.UNCONFIGURED_VALUE)),
                component.getGenericType(),
                Optional.ofNullable(component.getAccessor().getAnnotation(Setting.class)));
    }

    /** What its declaration allows; only of a key that is declared here. */
    Allowed allowed() {
        return new Allowed(elementType(type), isList(type), setting.orElseThrow());
    }

    /** What is wrong with its value, or that it has none; names the key. */
    Optional<String> mistake(Config config) {
        String text = config.getConfigValue(name).getValue();
        if (text == null) {
            return isOptional() || fallback.isPresent() ? Optional.empty() : Optional.of(name + " is not set");
        }
        if (text.isEmpty()) {
            return isOptional() ? Optional.empty() : Optional.of(name + " is empty");
        }
        return setting.flatMap(declared -> refusal(config, text)).map(refusal -> name + " " + refusal);
    }

    private Optional<String> refusal(Config config, String text) {
        Allowed allowed = allowed();
        // MicroProfile Config reads every other word as false
        if (allowed.isBoolean() && !StrictBoolean.isValid(text)) {
            return Optional.of(allowed.refusalOfText(text));
        }
        try {
            return elements(config)
                    .flatMap(value -> allowed.refusal(value).stream())
                    .findFirst();
        } catch (IllegalArgumentException e) {
            return Optional.of(allowed.refusalOfText(text));
        }
    }

    /** The value or default, as the record's constructor takes it. */
    Object value(Config config) {
        if (isOptional()) {
            return isList(type)
                    ? config.getOptionalValues(name, elementType(type))
                    : config.getOptionalValue(name, elementType(type));
        }
        List<?> elements = elements(config).toList();
        return isList(type) ? elements : elements.getFirst();
    }

    /** The elements of a list, or the only value. */
    private Stream<?> elements(Config config) {
        Class<?> element = elementType(type);
        Optional<? extends List<?>> given = isList(type)
                ? config.getOptionalValues(name, element)
                : config.getOptionalValue(name, element).map(List::of);
        return given.isPresent() ? given.get().stream() : defaults(config);
    }

    private Stream<?> defaults(Config config) {
        Stream<String> texts =
                isList(type) ? fallback.stream().flatMap(all -> Stream.of(all.split(","))) : fallback.stream();
        return texts.map(
                text -> config.getConverter(elementType(type)).orElseThrow().convert(text));
    }

    private boolean isOptional() {
        return type instanceof ParameterizedType of && of.getRawType() == Optional.class;
    }

    private static boolean isList(Type type) {
        return type instanceof ParameterizedType of && (of.getRawType() == List.class || isList(argument(of)));
    }

    /** The innermost type argument: of {@code Optional<List<URI>>}, {@code URI}. */
    private static Class<?> elementType(Type type) {
        return type instanceof ParameterizedType of ? elementType(argument(of)) : (Class<?>) type;
    }

    private static Type argument(ParameterizedType type) {
        return type.getActualTypeArguments()[0];
    }
}
