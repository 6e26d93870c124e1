package org.fedoraproject.registry.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.RegistryException;

/** The fields of a form, or of a query. */
public final class FormFields {
    /** In bytes; the longest forms have a refresh token and many scopes. */
    private static final int MAX_SIZE = 65_536;

    private final Map<String, List<String>> values;

    private FormFields(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws RegistryException {@code UNSUPPORTED} if it cannot be decoded */
    public static FormFields ofQuery(HttpServletRequest request) {
        return parse(Optional.ofNullable(request.getQueryString()).orElse(""));
    }

    /** @throws RegistryException {@code UNSUPPORTED} if it cannot be decoded; the refusal of a body that is too long */
    public static FormFields ofBody(HttpServletRequest request, Limits limits) {
        try {
            byte[] body = request.getInputStream().readNBytes(MAX_SIZE + 1);
            if (body.length > MAX_SIZE) {
                throw limits.bodyTooLarge("a form", MAX_SIZE);
            }
            return parse(new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw RegistryException.bodyCut(e);
        }
    }

    static FormFields parse(String form) {
        Map<String, List<String>> values = new HashMap<>();
        try {
            for (String pair : form.split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    values.computeIfAbsent(decode(pair.substring(0, equals)), name -> new ArrayList<>())
                            .add(decode(pair.substring(equals + 1)));
                }
            }
            return new FormFields(values);
        } catch (IllegalArgumentException e) {
            throw RegistryException.queryInvalid("a parameter is not encoded as it should be");
        }
    }

    /** Empty if there is none. */
    public String first(String name) {
        return all(name).stream().findFirst().orElse("");
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
