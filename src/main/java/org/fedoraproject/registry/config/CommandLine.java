package org.fedoraproject.registry.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The system properties that a server's command line gives it: those on the line, those of files that it names, and
 * those of the server's own configuration, which come last. Of several, the last counts.
 */
final class CommandLine implements ConfigSource {
    /** As MicroProfile Config has it for system properties, which are above the environment. */
    private static final int ORDINAL = 400;

    private static final String DIRECTORY = "jboss.server.config.dir";
    private static final String BASE = "jboss.server.base.dir";

    private record Given(String value, String origin) {}

    private final Map<String, Given> given = new LinkedHashMap<>();

    private CommandLine() {}

    /** @throws IOException if a file that the line names cannot be read */
    static CommandLine of(List<String> words) throws IOException {
        CommandLine line = new CommandLine();
        String configuration = "standalone.xml";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            if (word.startsWith("-D")) {
                line.property(word.substring(2));
            } else if (word.equals("-P")) {
                line.properties(next);
            } else if (word.startsWith("-P=") || word.startsWith("--properties=")) {
                line.properties(after(word));
            } else if (word.equals("-c")) {
                configuration = next;
            } else if (word.startsWith("-c=") || word.startsWith("--server-config=")) {
                configuration = after(word);
            }
        }
        line.server(configuration);
        return line;
    }

    private static String after(String word) {
        return word.substring(word.indexOf('=') + 1);
    }

    private void property(String assignment) {
        int end = assignment.indexOf('=');
        String name = end < 0 ? assignment : assignment.substring(0, end);
        given.put(name, new Given(end < 0 ? "true" : assignment.substring(end + 1), "system property"));
    }

    private void properties(String file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file.replaceFirst("^file:", "")))) {
            properties.load(reader);
        }
        properties.forEach((name, value) -> given.put((String) name, new Given((String) value, "file " + file)));
    }

    /** The element {@code system-properties}, where the CLI and the admin console keep what they are told. */
    private void server(String configuration) throws IOException {
        String directory = value(DIRECTORY, value(BASE, "") + "/configuration");
        Path file = Path.of(directory).resolve(configuration);
        if (!given.containsKey(BASE) && !given.containsKey(DIRECTORY)) {
            return; // no server
        }
        NodeList all = parse(file).getElementsByTagName("system-properties");
        for (int i = 0; i < all.getLength(); i++) {
            NodeList properties = ((Element) all.item(i)).getElementsByTagName("property");
            for (int j = 0; j < properties.getLength(); j++) {
                Element property = (Element) properties.item(j);
                given.put(property.getAttribute("name"), new Given(property.getAttribute("value"), "file " + file));
            }
        }
    }

    private String value(String name, String otherwise) {
        return given.containsKey(name) ? given.get(name).value() : otherwise;
    }

    private static Document parse(Path file) throws IOException {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file + " cannot be read", e);
        }
    }

    /** Where the value of a property comes from. */
    String origin(String name) {
        return given.get(name).origin();
    }

    @Override
    public Set<String> getPropertyNames() {
        return given.keySet();
    }

    @Override
    public String getValue(String name) {
        Given value = given.get(name);
        return value == null ? null : value.value();
    }

    @Override
    public String getName() {
        return "command line";
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }
}
