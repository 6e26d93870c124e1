package org.fedoraproject.registry.flatpak;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * What a client wants of the index. Of a parameter that is given more than once, one value must match; all parameters
 * must.
 */
final class Query {
    private static final String LABEL = "label:";
    private static final String ANNOTATION = "annotation:";
    private static final String EXISTS = ":exists";
    private static final Set<String> PLAIN = Set.of("repository", "tag", "os", "architecture");
    private static final int MAX_PARAMETERS = 50;

    private final Map<String, List<String>> parameters = new LinkedHashMap<>();

    /**
     * Reads the query of a URL.
     *
     * @param text as the client wrote it; {@code null} if there is none
     * @throws RegistryException {@code UNSUPPORTED}, with status 400, for a parameter that is unknown
     */
    Query(String text) {
        String[] parts = text == null || text.isEmpty() ? new String[0] : text.split("&");
        if (parts.length > MAX_PARAMETERS) {
            throw invalid("more than " + MAX_PARAMETERS + " parameters");
        }
        for (String part : parts) {
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals));
            String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
            requireValid(name, value);
            parameters.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("an escape is not valid: " + text);
        }
    }

    private static void requireValid(String name, String value) {
        if (!PLAIN.contains(name) && !name.startsWith(LABEL) && !name.startsWith(ANNOTATION)) {
            throw invalid("no parameter of the index: " + name);
        }
        if (name.endsWith(EXISTS) && !value.equals("1")) {
            throw invalid(name + " takes the value 1");
        }
    }

    private static RegistryException invalid(String detail) {
        return RegistryException.queryInvalid(detail);
    }

    boolean wantsRepository(String name) {
        return matches("repository", name);
    }

    boolean wantsTags(List<String> tags) {
        List<String> wanted = parameters.get("tag");
        return wanted == null || wanted.stream().anyMatch(tags::contains);
    }

    boolean wants(Flatpak image) {
        return matches("os", image.os())
                && matches("architecture", image.architecture())
                && parameters.entrySet().stream().allMatch(each -> matches(each.getKey(), each.getValue(), image));
    }

    private boolean matches(String parameter, String value) {
        List<String> wanted = parameters.get(parameter);
        return wanted == null || wanted.contains(value);
    }

    private static boolean matches(String parameter, List<String> wanted, Flatpak image) {
        if (parameter.startsWith(LABEL)) {
            return matches(parameter.substring(LABEL.length()), wanted, image.labels());
        }
        return !parameter.startsWith(ANNOTATION)
                || matches(parameter.substring(ANNOTATION.length()), wanted, image.annotations());
    }

    private static boolean matches(String name, List<String> wanted, Map<String, String> texts) {
        if (name.endsWith(EXISTS)) {
            return texts.containsKey(name.substring(0, name.length() - EXISTS.length()));
        }
        String value = texts.get(name);
        return value != null && wanted.contains(value);
    }
}
