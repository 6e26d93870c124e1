package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The tables of {@code ops/CONFIGURATION.md} have the keys and defaults of the code and of {@code wildfly-config}, no more and no less. */
class ConfigurationPageTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.fedoraproject.registry");

    /** A key and its default. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(registry\\.[a-z0-9.-]+)` \\| (.+?) \\|");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A key that the server reads; its default, unless that is an expression in turn. A default within a default is another key's. */
    private static final Pattern EXPRESSION =
            Pattern.compile("(?<!:)\\$\\{(registry\\.[a-z0-9.-]+)(?::(?!\\$)([^${}]*)\\}|[:}])");

    private static final Pattern KEY = Pattern.compile("\"(registry\\.[a-z0-9.-]*[a-z0-9])\"");

    @Test
    void hasAllKeysAndNoOthers() throws IOException {
        Set<String> known = new TreeSet<>(injected().keySet());
        known.addAll(ofServer());

        assertThat(page().keySet()).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void hasEachKeyOnce() throws IOException {
        assertThat(rows().map(row -> row.group(1))).doesNotHaveDuplicates();
    }

    @Test
    void serverReadsWhatIsKnown() throws IOException {
        Set<String> known = new TreeSet<>(injected().keySet());
        known.addAll(ofServer());

        assertThat(readByServer().keySet()).isSubsetOf(known);
        assertThat(ofServer())
                .isNotEmpty()
                .allSatisfy(key -> assertThat(serverFiles())
                        .as("files of the server with %s", key)
                        .anyMatch(text -> text.contains(key)));
    }

    @Test
    void defaultsAreThoseOfTheCode() throws IOException {
        Map<String, Set<String>> defaults = injected();
        readByServer().forEach((key, values) -> merge(defaults, key, values));

        page().forEach((key, told) -> {
            Set<String> values = defaults.getOrDefault(key, Set.of());
            if (values.isEmpty()) {
                assertThat(CODE.matcher(told).replaceAll("").strip())
                        .as("default of %s, in words", key)
                        .isNotEmpty();
            } else {
                assertThat(CODE.matcher(told).results().map(code -> code.group(1)))
                        .as("default of %s", key)
                        .containsExactlyInAnyOrderElementsOf(values);
            }
        });
    }

    private static Map<String, String> page() throws IOException {
        return rows().collect(Collectors.toMap(row -> row.group(1), row -> row.group(2), (one, other) -> one));
    }

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("ops/CONFIGURATION.md"))).results();
    }

    /** The keys that are injected somewhere, with their defaults. */
    private static Map<String, Set<String>> injected() {
        Map<String, Set<String>> keys = new TreeMap<>();
        CLASSES.stream().flatMap(ConfigurationPageTest::properties).forEach(property -> {
            boolean none = property.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE);
            merge(keys, property.name(), none ? Set.of() : Set.of(property.defaultValue()));
        });
        return keys;
    }

    private static Stream<ConfigProperty> properties(JavaClass type) {
        return Stream.concat(
                        type.getFields().stream().map(field -> field.tryGetAnnotationOfType(ConfigProperty.class)),
                        type.getCodeUnits().stream()
                                .flatMap(unit -> unit.getParameters().stream())
                                .map(parameter -> parameter.tryGetAnnotationOfType(ConfigProperty.class)))
                .flatMap(Optional::stream);
    }

    /** The keys in {@code wildfly-config}, with those of their defaults that are plain values. */
    private static Map<String, Set<String>> readByServer() throws IOException {
        Map<String, Set<String>> keys = new TreeMap<>();
        for (String text : serverFiles()) {
            EXPRESSION
                    .matcher(text)
                    .results()
                    .forEach(found -> merge(
                            keys,
                            found.group(1),
                            Stream.ofNullable(found.group(2)).collect(Collectors.toSet())));
        }
        return keys;
    }

    private static List<String> serverFiles() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("wildfly-config"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    /** Those that this package knows though nothing injects them. */
    private static Set<String> ofServer() throws IOException {
        Set<String> keys = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/org/fedoraproject/registry/config"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                KEY.matcher(Files.readString(file)).results().forEach(key -> keys.add(key.group(1)));
            }
        }
        return keys;
    }

    private static void merge(Map<String, Set<String>> keys, String key, Set<String> values) {
        keys.computeIfAbsent(key, name -> new TreeSet<>()).addAll(values);
    }
}
