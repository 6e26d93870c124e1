package org.fedoraproject.registry.config;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** All keys that the given records declare. */
public final class Settings {
    private final List<Class<?>> records;

    private Settings(Collection<Class<?>> records) {
        this.records =
                records.stream().sorted(Comparator.comparing(Class::getName)).toList();
    }

    public static Settings of(Collection<Class<?>> records) {
        return new Settings(records);
    }

    /** Those that are compiled below a directory, of the classes whose names end as configurations do. */
    static Settings below(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            Set<Class<?>> records = files.map(directory::relativize)
                    .map(Path::toString)
                    .filter(file -> file.matches(".*(Config|Settings\\$\\w+)\\.class"))
                    .map(file -> load(file.replace(".class", "").replace('/', '.')))
                    .filter(Settings::declares)
                    .collect(Collectors.toSet());
            return of(records);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Settings.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a class is a record that declares a key. */
    static boolean declares(Class<?> type) {
        return type.isRecord()
                && Stream.of(type.getRecordComponents())
                        .anyMatch(component -> component.getAccessor().isAnnotationPresent(Setting.class));
    }

    /** The declared keys, in the order of their records' names and then of their components. */
    List<Key> keys() {
        return records.stream()
                .flatMap(Settings::components)
                .filter(key -> key.setting().isPresent())
                .toList();
    }

    private static Stream<Key> components(Class<?> type) {
        return Stream.of(type.getRecordComponents()).map(Key::of);
    }

    /**
     * All mistakes, each naming its key: unknown keys first, then bad values, missing ones, and whatever the records'
     * constructors refuse.
     */
    public List<String> mistakes(Config config) {
        Set<String> names = keys().stream().map(Key::name).collect(Collectors.toSet());
        List<String> mistakes = new ArrayList<>(new KeyNames(names).mistakes(config.getPropertyNames()));
        Set<String> values = new TreeSet<>();
        records.forEach(each -> values.addAll(mistakes(each, config)));
        mistakes.addAll(values);
        return mistakes;
    }

    private static List<String> mistakes(Class<?> type, Config config) {
        List<String> mistakes =
                components(type).flatMap(key -> key.mistake(config).stream()).toList();
        return mistakes.isEmpty() ? refusal(type, config) : mistakes;
    }

    /** What the constructor says of values that are good each for itself. */
    private static List<String> refusal(Class<?> type, Config config) {
        try {
            Object[] values = components(type).map(key -> key.value(config)).toArray();
            canonicalConstructor(type).newInstance(values);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(); // of a value that another record declares, whose mistake it is
        } catch (InvocationTargetException e) {
            return List.of(String.valueOf(e.getCause().getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Constructor<?> canonicalConstructor(Class<?> type) throws NoSuchMethodException {
        return type.getDeclaredConstructor(Stream.of(type.getRecordComponents())
                .map(component -> component.getType())
                .toArray(Class<?>[]::new));
    }
}
