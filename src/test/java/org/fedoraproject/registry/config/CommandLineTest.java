package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String KEY = "registry.read-only";

    @TempDir
    Path base;

    private Path xml;
    private Path properties;

    @BeforeEach
    void write() throws IOException {
        Path directory = Files.createDirectory(base.resolve("configuration"));
        xml = Files.writeString(directory.resolve("standalone.xml"), """
                <server xmlns="urn:jboss:domain:20.0">
                    <system-properties>
                        <property name="registry.read-only" value="of the server"/>
                    </system-properties>
                </server>
                """);
        Files.writeString(directory.resolve("other.xml"), "<server/>");
        properties = Files.writeString(base.resolve("some.properties"), KEY + "=of a file\n");
    }

    @Test
    void lastPropertyCounts() throws IOException {
        CommandLine line =
                CommandLine.of(List.of("java", "-Dregistry.read-only=one", "-Dregistry.read-only=a=b", "-Dx"));

        assertThat(line.getValue(KEY)).isEqualTo("a=b");
        assertThat(line.origin(KEY)).isEqualTo("system property");
        assertThat(line.getValue("x")).isEqualTo("true");
        assertThat(line.getValue("y")).isNull();
        assertThat(line.getPropertyNames()).containsExactlyInAnyOrder(KEY, "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-P %s", "-P=%s", "--properties=%s", "--properties=file:%s"})
    void filesOfPropertiesAreRead(String option) throws IOException {
        List<String> words = new ArrayList<>(List.of("-Dregistry.read-only=before"));
        words.addAll(List.of(option.formatted(properties).split(" ")));

        CommandLine line = CommandLine.of(words);

        assertThat(line.getValue(KEY)).isEqualTo("of a file");
        assertThat(line.origin(KEY)).startsWith("file ").endsWith(properties.toString());
    }

    @Test
    void serversOwnConfigurationComesLast() throws IOException {
        CommandLine line = CommandLine.of(List.of("-Djboss.server.base.dir=" + base, "-Dregistry.read-only=before"));

        assertThat(line.getValue(KEY)).isEqualTo("of the server");
        assertThat(line.origin(KEY)).isEqualTo("file " + xml);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c other.xml", "-c=other.xml", "--server-config=other.xml"})
    void serverMayHaveAnotherConfiguration(String option) throws IOException {
        List<String> words = new ArrayList<>(List.of("-Djboss.server.base.dir=" + base, "-Dregistry.read-only=before"));
        words.addAll(List.of(option.split(" ")));

        assertThat(CommandLine.of(words).getValue(KEY)).isEqualTo("before");
    }

    @Test
    void fileThatIsMissingIsTold() {
        assertThatIOException()
                .isThrownBy(() -> CommandLine.of(List.of("-P", base + "/none")))
                .withMessageContaining(base + "/none");
    }
}
