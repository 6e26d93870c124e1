package org.fedoraproject.registry.cdn;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes purges as a CDN does, and has nginx forget: which it cannot by itself, so its files are deleted. */
final class PurgeEndpoint implements AutoCloseable {
    private final HttpServer server;
    private final NginxProcess cdn;
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private volatile boolean works;

    PurgeEndpoint(NginxProcess cdn) throws IOException {
        this.cdn = cdn;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Until then it answers 503. */
    void repair() {
        works = true;
    }

    /** The requests that were answered so, as {@code <method> <URI> <Authorization> <body>}. */
    List<String> refused() {
        return refused;
    }

    List<String> taken() {
        return taken;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String request = String.join(
                    " ",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    body);
            if (works) {
                Files.delete(cdn.cached(exchange.getRequestURI().getPath().replaceFirst("^/purge", "")));
            }
            exchange.sendResponseHeaders(works ? 204 : 503, -1);
            (works ? taken : refused).add(request);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
