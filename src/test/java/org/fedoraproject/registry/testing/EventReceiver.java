package org.fedoraproject.registry.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An endpoint of events that may be told to fail. */
public final class EventReceiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final Consumer<Request> taken;
    private volatile int status = 200;
    private volatile boolean hangs;
    private volatile String unwanted = "";

    /** A request that it has answered with a status below 300. */
    public record Request(Headers headers, String body) {
        public JsonObject json() {
            try (var reader = Json.createReader(new StringReader(body))) {
                return reader.readObject();
            }
        }

        /** Of docker-distribution's envelope. */
        public List<JsonObject> events() {
            return json().getJsonArray("events").getValuesAs(JsonObject.class);
        }
    }

    /** Keeps all requests. */
    public EventReceiver() throws IOException {
        this(null);
    }

    /** @param taken gets each request, in place of {@link #requests} */
    public EventReceiver(Consumer<Request> taken) throws IOException {
        this(InetAddress.getLoopbackAddress(), taken);
    }

    /** For instances on other hosts, at an address of this one. */
    public EventReceiver(InetAddress address, Consumer<Request> taken) throws IOException {
        this.taken = taken == null ? requests::add : taken;
        server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        InetSocketAddress address = server.getAddress();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/hook";
    }

    /** Answers so from now on. */
    public void answer(int with) {
        status = with;
        hangs = false;
    }

    /** Sends a status and the begin of a body from now on, and never the end. */
    public void hang() {
        hangs = true;
    }

    /** Answers 400 to requests that contain this. */
    public void refuse(String text) {
        unwanted = text;
    }

    public List<Request> requests() {
        return requests;
    }

    /** How many requests it has answered with a status from 300 on, or not to the end. */
    public int refused() {
        return refused.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Request request = new Request(
                exchange.getRequestHeaders(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        int now = !unwanted.isEmpty() && status < 300 && request.body().contains(unwanted) ? 400 : status;
        if (hangs) {
            refused.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            return; // it stays open
        }
        try (exchange) {
            if (now < 300) {
                taken.accept(request);
            } else {
                refused.incrementAndGet();
            }
            exchange.sendResponseHeaders(now, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
