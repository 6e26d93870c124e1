package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The log before the logging subsystem is up, of logging.properties, and the one after that, of the CLI scripts, leave out the same. */
class LoggingTest {
    private static final Path CONFIGURATION = Path.of("wildfly-config");

    private static final Pattern LOGGER =
            Pattern.compile("(?m)^/subsystem=logging/logger=([\\w.-]+):(?:add|write-attribute)\\((.*)\\)$");

    private static final Pattern LEVEL = Pattern.compile("level(?:,value)?=([A-Z]+)");
    private static final Pattern FILTER = Pattern.compile("filter-spec=\"(not\\(.*\\))\"");
    private static final Pattern OURS = Pattern.compile("logger\\.(.+)\\.(level|filter)");

    private final Properties early = early();
    private final Map<String, String> levels = late(LEVEL);
    private final Map<String, String> filters = late(FILTER);

    @Test
    void earlyLogLeavesOutNothingElse() {
        assertThat(levels).hasSizeGreaterThan(10);
        assertThat(filters).hasSizeGreaterThan(3);
        for (String key : early.stringPropertyNames()) {
            Matcher matcher = OURS.matcher(key);
            if (matcher.matches()) {
                Map<String, String> late = matcher.group(2).equals("level") ? levels : filters;
                assertThat(late).as(key).containsEntry(matcher.group(1), early.getProperty(key));
            }
        }
    }

    @Test
    void earlyLogLeavesOutEachQuietLogger() {
        Set<String> quiet = levels.keySet().stream()
                .filter(name -> levels.get(name).equals("WARN"))
                .collect(Collectors.toSet());
        assertThat(quiet).allSatisfy(name -> assertThat(earlyLevel(name)).isEqualTo("WARN"));
    }

    /** The log manager configures no logger that is not in the list. */
    @Test
    void earlyLogKnowsEachLoggerThatItConfigures() {
        Set<String> configured = early.stringPropertyNames().stream()
                .map(OURS::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .collect(Collectors.toSet());
        assertThat(early.getProperty("loggers").split(",\\s*")).containsExactlyInAnyOrderElementsOf(configured);
    }

    /** Its own level, or that of the nearest parent with one. */
    private String earlyLevel(String name) {
        String level = early.getProperty("logger." + name + ".level");
        if (level != null) {
            return level;
        }
        int dot = name.lastIndexOf('.');
        return dot < 0 ? early.getProperty("logger.level") : earlyLevel(name.substring(0, dot));
    }

    private static Properties early() {
        Properties properties = new Properties();
        Path file = CONFIGURATION.resolve("content/standalone/configuration/logging.properties");
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return properties;
    }

    /** What the scripts give to loggers. */
    private static Map<String, String> late(Pattern attribute) {
        Map<String, String> found = new TreeMap<>();
        for (String script : scripts()) {
            LOGGER.matcher(script).results().forEach(logger -> {
                Matcher matcher = attribute.matcher(logger.group(2));
                if (matcher.find()) {
                    found.put(logger.group(1), matcher.group(1).replace("\\\"", "\""));
                }
            });
        }
        return found;
    }

    private static List<String> scripts() {
        try (Stream<Path> files = Files.list(CONFIGURATION)) {
            return files.filter(file -> file.toString().endsWith(".cli"))
                    .map(LoggingTest::read)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A script's text, with each command on a line of its own. */
    private static String read(Path file) {
        try {
            return Files.readString(file).replaceAll("\\s*\\\\\\n\\s*", "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
