package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C library's messages in a JVM of its own, which takes its language from the environment. */
@NeedsCommand("localedef")
class LanguageTest {
    private static final String GERMAN = "Ist kein Verzeichnis";

    /** Checks whether the storage's faults are recognised. */
    static final class Words {
        private Words() {}

        public static void main(String[] arguments) throws IOException {
            Revalidation.requireKnownMessages();
        }
    }

    @TempDir
    Path work;

    private Map<String, String> german;

    @BeforeEach
    void makeLocale() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/share/locale/de/LC_MESSAGES/libc.mo")), "libc-l10n is not installed");
        Path locales = Files.createDirectory(work.resolve("locales"));
        Command.of(work, "localedef", "-i", "de_DE", "-f", "UTF-8", locales.resolve("de_DE.UTF-8") + "/")
                .run();
        german = Map.of("LC_ALL", "de_DE.UTF-8", "LANGUAGE", "", "LOCPATH", locales.toString());
    }

    @Test
    void startEndsWhereTheMessagesAreInGerman() throws Exception {
        assertThat(run(german, List.of()).err()).contains(GERMAN).contains("LC_ALL=C.UTF-8");
    }

    @Test
    void startEndsWhereAnotherLanguageIsAskedForInSpiteOfTheLocale() throws Exception {
        assertThat(run(Map.of("LC_ALL", "C.UTF-8", "LANGUAGE", "de"), List.of()).err())
                .contains(GERMAN)
                .contains("LANGUAGE");
    }

    @Test
    void serverHasEnglishMessagesWhateverTheEnvironmentSays() throws Exception {
        String conf = Path.of("wildfly-config/standalone.conf").toAbsolutePath().toString();
        List<String> asTheServerDoes = List.of("bash", "-c", "JBOSS_HOME=. . \"$0\"; exec \"$@\"", conf);
        for (Map<String, String> environment : List.of(german, Map.of("LANG", "C.UTF-8", "LANGUAGE", "de:fr"))) {
            Command.Result result = run(environment, asTheServerDoes);
            assertThat(result.status()).as(result.err()).isZero();
        }
    }

    private Command.Result run(Map<String, String> environment, List<String> before) throws Exception {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Words.class.getName());
        List<String> line = Stream.concat(before.stream(), java.stream()).toList();
        return new Command(work, environment, line).attempt();
    }
}
