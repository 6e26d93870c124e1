package org.fedoraproject.registry.config;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads headers of requests from a file, because one of them may be a credential: lines of {@code Name: value}. */
public final class HeaderFile {
    private static final URI EXAMPLE = URI.create("https://example.org/");

    private HeaderFile() {}

    /**
     * The headers, in the order of the file.
     *
     * @param key the configuration key that names the file
     * @throws IllegalArgumentException naming the key, if the file cannot be read, or something in it cannot be sent. The
     *     message has no value of a header.
     */
    public static List<Map.Entry<String, String>> read(String key, Optional<String> file) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line : SecretFile.read(key, file).split("\n")) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException(key + ": a line is not Name: value");
            }
            Map.Entry<String, String> header = Map.entry(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            requireSendable(key, header);
            headers.add(header);
        }
        return headers;
    }

    /** Throws without the cause, which would quote the value. */
    private static void requireSendable(String key, Map.Entry<String, String> header) {
        try {
            HttpRequest.newBuilder(EXAMPLE).header(header.getKey(), header.getValue());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": cannot send the header " + header.getKey());
        }
    }
}
