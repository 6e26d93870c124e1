package org.fedoraproject.registry.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.fedoraproject.registry.testing.Content;

/** Another server: it has an empty page, and below {@code /cdn} it is a CDN whose every blob is the same. */
final class Pages implements AutoCloseable {
    static final byte[] BLOB = Content.bytes("bytes from the CDN");

    private final HttpServer server;
    /** What the browser said to the CDN of where it comes from. */
    private final List<String> originsAtCdn = new CopyOnWriteArrayList<>();

    Pages() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // a browser also opens connections on which it asks for nothing yet
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, "text/html", Content.bytes("<title>A page</title>")));
        server.createContext("/cdn", this::blob);
        server.start();
    }

    /** The same server is two origins for a browser, by name and by address. */
    String origin(String host) {
        return "http://" + host + ":" + server.getAddress().getPort();
    }

    List<String> originsAtCdn() {
        return originsAtCdn;
    }

    private void blob(HttpExchange exchange) throws IOException {
        originsAtCdn.add(String.valueOf(exchange.getRequestHeaders().getFirst("Origin")));
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        answer(exchange, "application/octet-stream", BLOB);
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
