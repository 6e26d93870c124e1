package org.fedoraproject.registry.cdn;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request that goes over the wire exactly as it is written, several headers of a name and any {@code Host} included, and the
 * head of its answer.
 */
record Exchange(int status, List<String> headers) {
    private static final int TIMEOUT_MILLIS = 20_000;

    static Exchange get(int port, String target, String... headers) throws IOException {
        return send(port, "GET", target, List.of(headers));
    }

    /** @param headers lines of {@code Name: value} */
    static Exchange send(int port, String method, String target, List<String> headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(method + " " + target + " HTTP/1.1", "Connection: close"));
        if (headers.stream().noneMatch(header -> header.startsWith("Host:"))) {
            lines.add("Host: registry.test");
        }
        lines.addAll(headers);
        String request = String.join("\r\n", lines) + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    /** Whether anybody listens. */
    static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    Optional<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(start))
                .map(header -> header.substring(start.length()).strip())
                .findFirst();
    }

    private static Exchange parse(String answer) throws IOException {
        String[] lines = answer.split("\r\n\r\n", 2)[0].split("\r\n");
        if (!lines[0].startsWith("HTTP/1.1 ")) {
            throw new IOException("no HTTP answer: " + lines[0]);
        }
        int status = Integer.parseInt(lines[0].substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        return new Exchange(status, List.of(lines).subList(1, lines.length));
    }
}
