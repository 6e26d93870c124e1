package org.fedoraproject.registry.events;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where events are sent.
 *
 * @param headerFile a file with headers of the requests
 * @param keyFile a file with the key of their signature
 * @param timeout of a request, with the whole response
 * @param batch the most events in a request
 */
record Endpoint(
        String name,
        URI url,
        Format format,
        Filter filter,
        Optional<String> headerFile,
        Optional<String> keyFile,
        Duration timeout,
        int batch) {}
