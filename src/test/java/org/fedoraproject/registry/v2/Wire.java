package org.fedoraproject.registry.v2;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The connection to the server: Java's own client, and a bare socket for what no decent client sends. */
final class Wire implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Wire(URI base) {
        this.base = base;
    }

    Reply send(String method, String path, List<Map.Entry<String, String>> headers, byte[] body, boolean chunked)
            throws IOException, InterruptedException {
        var publisher = chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
        var request = HttpRequest.newBuilder(URI.create("http://" + base.getAuthority() + path))
                .timeout(PATIENCE)
                .method(method, publisher);
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), response.headers().map(), response.body());
    }

    /** Sends the bytes as they are, on a connection of their own, and reads one answer. */
    Reply sendRaw(String request) throws IOException {
        try (Socket socket = connect(request)) {
            return read(socket.getInputStream(), request.startsWith("HEAD "));
        }
    }

    /** Sends the bytes as they are and leaves the connection open; the caller closes it. */
    Socket connect(String request) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    static Reply read(InputStream in, boolean head) throws IOException {
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

    @Override
    public void close() {
        client.close();
    }
}
