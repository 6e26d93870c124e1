package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code ops/CONFIGURATION.md} are made of the declarations, and those have the defaults of {@code wildfly-config}. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("ops/CONFIGURATION.md");

    private static final String REWRITE = "mvn -o -q test -Dtest=ConfigurationPageTest -Dpage=write";

    /** Names the keys of a table; a star stands for any rest that is in no other table. */
    private static final Pattern TABLE =
            Pattern.compile("(<!-- keys ([^>]+) -->\n).*?(<!-- end of keys -->\n)", Pattern.DOTALL);

    /** A key that the server reads; its default, unless that is an expression in turn. A default within a default is another key's. */
    private static final Pattern EXPRESSION =
            Pattern.compile("(?<!:)\\$\\{(registry\\.[a-z0-9.-]+)(?::(?!\\$)([^${}]*)\\}|[:}])");

    @Test
    void tablesAreThoseOfTheDeclarations() throws IOException {
        String page = Files.readString(PAGE);
        String generated = generated(page);
        if ("write".equals(System.getProperty("page"))) {
            Files.writeString(PAGE, generated);
            return;
        }
        assertThat(page)
                .as("%s differs from the declarations of the keys; this rewrites it: %s", PAGE, REWRITE)
                .isEqualTo(generated);
    }

    @Test
    void eachKeyIsInOneTable() throws IOException {
        String page = generated(Files.readString(PAGE));

        assertThat(keys())
                .allSatisfy(key -> assertThat(page.split(Pattern.quote("\n| `" + key.name() + "` |"), -1))
                        .as("tables with " + key.name())
                        .hasSize(2));
    }

    @Test
    void serverReadsWhatIsDeclaredWithItsDefault() throws IOException {
        Map<String, Key> declared = keys().stream().collect(Collectors.toMap(Key::name, key -> key));
        for (String text : serverFiles()) {
            EXPRESSION.matcher(text).results().forEach(found -> {
                assertThat(declared).containsKey(found.group(1));
                if (found.group(2) != null) {
                    assertThat(defaultOf(declared.get(found.group(1)))).contains("`" + found.group(2) + "`");
                }
            });
        }
    }

    @Test
    void serverReadsEveryKeyThatIsDeclaredForIt() throws IOException {
        List<String> texts = serverFiles();

        assertThat(Settings.of(List.of(ServerSettings.class.getDeclaredClasses()))
                        .keys())
                .isNotEmpty()
                .allSatisfy(key -> assertThat(texts)
                        .as("files of the server with %s", key.name())
                        .anyMatch(text -> text.contains(key.name())));
    }

    private static List<Key> keys() throws IOException {
        return Settings.below(SettingsTest.CLASSES).keys();
    }

    private static String generated(String page) throws IOException {
        Map<String, Key> left = new TreeMap<>();
        Map<String, Integer> order = new TreeMap<>();
        for (Key key : keys()) {
            left.put(key.name(), key);
            order.put(key.name(), order.size());
        }
        // What one table names, another one's star does not mean
        Map<String, Key> named = new TreeMap<>(left);
        named.keySet().retainAll(patterns(page).toList());
        left.keySet().removeAll(named.keySet());
        return TABLE.matcher(page).replaceAll(table -> {
            List<Key> rows = new ArrayList<>();
            for (String pattern : table.group(2).split(" ")) {
                Stream.concat(named.values().stream(), left.values().stream())
                        .filter(key -> named.containsKey(key.name())
                                ? key.name().equals(pattern)
                                : key.name().matches(pattern.replace(".", "\\.").replace("*", ".*")))
                        .sorted(Comparator.comparing(key -> order.get(key.name())))
                        .forEach(rows::add);
            }
            return Matcher.quoteReplacement(table.group(1) + table(rows) + table.group(3));
        });
    }

    private static Stream<String> patterns(String page) {
        return TABLE.matcher(page)
                .results()
                .flatMap(table -> Stream.of(table.group(2).split(" ")));
    }

    private static String table(List<Key> keys) {
        return keys.stream()
                .map(key -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                key.name(),
                                key.allowed().words(),
                                defaultOf(key),
                                key.setting().orElseThrow().help()))
                .collect(Collectors.joining("", "| key | value | default | meaning |\n|---|---|---|---|\n", ""));
    }

    private static String defaultOf(Key key) {
        return key.fallback()
                .map(value -> "`" + value + "`")
                .orElseGet(() -> key.setting().orElseThrow().otherwise());
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
}
