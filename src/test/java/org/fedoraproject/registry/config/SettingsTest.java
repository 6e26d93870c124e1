package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;

class SettingsTest {
    static final Path CLASSES = Path.of("target/classes");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.fedoraproject.registry");

    @Test
    void eachKeyIsDeclaredOnce() throws IOException {
        assertThat(Settings.below(CLASSES).keys()).extracting(Key::name).doesNotHaveDuplicates();
    }

    /** By a record with a name that is looked for, and with the same default everywhere. */
    @Test
    void everyKeyThatIsUsedIsDeclared() throws IOException {
        Map<String, Optional<String>> declared =
                Settings.below(CLASSES).keys().stream().collect(Collectors.toMap(Key::name, Key::fallback));

        assertThat(CODE.stream().flatMap(SettingsTest::properties)).isNotEmpty().allSatisfy(property -> {
            assertThat(declared).containsKey(property.name());
            assertThat(Optional.of(property.defaultValue())
                            .filter(value -> !value.equals(ConfigProperty.UNCONFIGURED_VALUE)))
                    .as("default of " + property.name())
                    .isEqualTo(declared.get(property.name()));
        });
    }

    private static Stream<ConfigProperty> properties(JavaClass type) {
        return Stream.concat(
                        type.getFields().stream().map(field -> field.tryGetAnnotationOfType(ConfigProperty.class)),
                        type.getCodeUnits().stream()
                                .flatMap(unit -> unit.getParameters().stream())
                                .map(parameter -> parameter.tryGetAnnotationOfType(ConfigProperty.class)))
                .flatMap(Optional::stream);
    }

    /** A default that nobody may set would be a mistake that nobody made. */
    @Test
    void defaultsAreAllowed() throws IOException {
        Map<String, String> values = Settings.below(CLASSES).keys().stream()
                .filter(key -> key.fallback().isPresent())
                .collect(Collectors.toMap(Key::name, key -> key.fallback().orElseThrow()));
        values.put("registry.nfs.root", "/srv");

        assertThat(Settings.below(CLASSES).mistakes(Configured.with(values))).isEmpty();
        assertThat(values).hasSizeGreaterThan(40);
    }

    @Test
    void everyMistakeIsNamedUnknownKeysFirst() throws IOException {
        Map<String, String> values = Map.of(
                "registry.wat", "1",
                "registry.nfs.rot", "/srv",
                "registry.cdn.probe", "perhaps",
                "registry.auth.clock-skew", "soon",
                "registry.lb.port", "65536",
                "registry.cdn.secret-header", "X-Cdn",
                "registry.http.forwarded-header", "Via");

        assertThat(Settings.below(CLASSES).mistakes(Configured.with(values)))
                .containsExactly(
                        "registry.nfs.rot is no configuration key, did you mean registry.nfs.root?",
                        "registry.wat is no configuration key",
                        "registry.auth.clock-skew is no duration such as PT30S: soon",
                        "registry.cdn.probe is neither true nor false: perhaps",
                        "registry.http.forwarded-header is X-Forwarded-For or Forwarded, not Via",
                        "registry.lb.port is above 65535: 65536",
                        "registry.nfs.root is not set");
    }

    /** What the start script checks, because the server would start without saying what is wrong. */
    @Test
    void startScriptChecksTheSameOfTheServersOwnKeys() throws IOException {
        String script = Files.readString(Path.of("wildfly-config/standalone.conf"));
        String checks = script.substring(script.indexOf("registry_check 'neither"));
        Function<Boolean, List<String>> ofServer = bool -> declaredForServer()
                .filter(key -> !key.name().equals("registry.lb.behind-proxy"))
                .filter(key -> bool ? key.allowed().isBoolean() : key.allowed().type() == int.class)
                .map(Key::name)
                .toList();

        TreeSet<String> expected = new TreeSet<>(ofServer.apply(true));
        expected.addAll(ofServer.apply(false));
        expected.add("registry.http.max-threads");
        assertThat(Pattern.compile("registry\\.[a-z0-9.-]+[a-z0-9]")
                        .matcher(checks)
                        .results()
                        .map(result -> result.group()))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Stream<Key> declaredForServer() {
        return Settings.of(List.of(ServerSettings.class.getDeclaredClasses())).keys().stream();
    }
}
