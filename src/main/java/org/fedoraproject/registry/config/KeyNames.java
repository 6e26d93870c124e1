package org.fedoraproject.registry.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells keys that nothing reads, which are mostly misspelt, from those that are declared, and from names of others.
 *
 * @param known the declared keys
 */
record KeyNames(Set<String> known) {
    private static final String PREFIX = "registry.";
    private static final String ENVIRONMENT_PREFIX = "REGISTRY_";

    /** Variables of the containers tools, which have our prefix by chance. */
    private static final Set<String> NOT_OURS = Set.of("REGISTRY_AUTH_FILE");

    /** How a variable ends by which Kubernetes tells of a service. */
    private static final String SERVICE_HOST = "_SERVICE_HOST";

    /** Keys of earlier builds, and the key that now does what each did. */
    private static final Map<String, String> REMOVED =
            Map.of("registry.http.max-head-size", "registry.http.max-header-size");

    /** Keys of earlier builds that nothing replaces, and what holds now. */
    private static final Map<String, String> FIXED = Map.of(
            "registry.http.max-manifest-size", "a manifest has at most 4 MiB",
            "registry.http.max-form-size", "a form has at most 64 KiB",
            "registry.http.max-json-depth", "a manifest has at most 100 levels of arrays and objects");

    /** Names each unknown key, and what may have been meant. */
    List<String> mistakes(Iterable<String> names) {
        return unknown(names).stream().map(this::mistake).toList();
    }

    private String mistake(String name) {
        return value(REMOVED, name)
                .map(key -> name + " is no configuration key any more, use " + spelt(name, key))
                .or(() -> value(FIXED, name).map(now -> name + " is no configuration key any more: " + now))
                .orElseGet(() -> name + " is no configuration key" + hint(name));
    }

    /** The value of a key, by its name as a property or as a variable. */
    private static Optional<String> value(Map<String, String> keys, String name) {
        return keys.entrySet().stream()
                .filter(entry ->
                        Set.of(entry.getKey(), variable(entry.getKey())).contains(name))
                .findFirst()
                .map(Map.Entry::getValue);
    }

    /** The names, of properties or environment variables, that have our prefix and are no known key. */
    Set<String> unknown(Iterable<String> names) {
        Set<String> variables = new TreeSet<>(NOT_OURS);
        known.forEach(key -> variables.add(variable(key)));
        Set<String> unknown = new TreeSet<>();
        for (String name : names) {
            boolean property = name.startsWith(PREFIX) && !known.contains(name) && !variables.contains(variable(name));
            boolean variable = isVariable(name) && !variables.contains(name);
            if (property || variable) {
                unknown.add(name);
            }
        }
        // some sources list an environment variable as a property too
        unknown.removeIf(name -> name.startsWith(PREFIX) && unknown.contains(variable(name)));
        List<String> services = unknown.stream()
                .filter(name -> name.endsWith(SERVICE_HOST))
                .map(name -> name.substring(0, name.length() - SERVICE_HOST.length()))
                .toList();
        unknown.removeIf(name -> services.stream().anyMatch(service -> isOfService(service, name)));
        return unknown;
    }

    /** Kubernetes tells each container of the services in its namespace, by such variables. */
    private static boolean isOfService(String service, String variable) {
        return variable.startsWith(service + "_SERVICE_")
                || variable.equals(service + "_PORT")
                || variable.startsWith(service + "_PORT_");
    }

    /** Which key may have been meant, written as the unknown one is; empty where none is like it. */
    String hint(String name) {
        Optional<String> closest = SimilarNames.closest(name, known.stream().map(key -> spelt(name, key)));
        return closest.map(key -> ", did you mean " + key + "?").orElse("");
    }

    /** A key, spelt as this name is: as a property or as a variable. */
    private static String spelt(String name, String key) {
        return isVariable(name) ? variable(key) : key;
    }

    private static boolean isVariable(String name) {
        return name.startsWith(ENVIRONMENT_PREFIX);
    }

    /** The environment variable of a key, as MicroProfile Config maps it. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
