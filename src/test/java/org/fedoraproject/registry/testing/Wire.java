package org.fedoraproject.registry.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A server as a bare socket has it, for what no decent client sends: bytes, in ISO 8859-1, exactly as they are written. */
public record Wire(String host, int port) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Sends the bytes, on a connection of their own, and reads one answer. A server that refuses a body may answer and close
     * before it has read all of it; its answer is there all the same.
     */
    public Reply send(String request) throws IOException {
        try (Socket socket = connect("")) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException e) {
                // the answer says why
            }
            return read(socket.getInputStream(), request.startsWith("HEAD "));
        }
    }

    /**
     * Sends a request without a body.
     *
     * @param headers lines of {@code Name: value}, several of a name and any {@code Host} included
     */
    public Reply send(String method, String target, List<String> headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(method + " " + target + " HTTP/1.1", "Connection: close"));
        if (headers.stream().noneMatch(header -> header.startsWith("Host:"))) {
            lines.add("Host: registry.test");
        }
        lines.addAll(headers);
        return send(String.join("\r\n", lines) + "\r\n\r\n");
    }

    public Reply get(String target, String... headers) throws IOException {
        return send("GET", target, List.of(headers));
    }

    /** Sends the bytes and leaves the connection open; the caller closes it. */
    public Socket connect(String request) throws IOException {
        Socket socket = new Socket(host, port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    public static Reply read(InputStream in, boolean head) throws IOException {
        String statusLine = line(in);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            headers.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1].strip());
        }
        List<String> length = headers.get("Content-Length");
        byte[] body = head
                ? new byte[0]
                : length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length.getFirst()));
        return new Reply(Integer.parseInt(statusLine.split(" ")[1]), headers, body);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended after \"" + line + "\"");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
