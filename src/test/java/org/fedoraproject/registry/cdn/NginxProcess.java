package org.fedoraproject.registry.cdn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.TestAuthority;

/** nginx with TLS before a registry, touching nothing outside a directory of its own. */
final class NginxProcess implements AutoCloseable {
    private final Path directory;
    private final int port;
    private Daemon daemon;

    /**
     * Starts it.
     *
     * @param directory made
     * @param location what it does with each request
     */
    NginxProcess(Path directory, int port, TestAuthority authority, String location)
            throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.port = port;
        Files.createDirectories(directory.resolve("cache"));
        Files.writeString(directory.resolve("nginx.conf"), """
                %1$s
                daemon off;
                worker_processes 1;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 256; }
                http {
                  log_format cache '$request_method $uri $status $upstream_cache_status';
                  access_log access.log cache;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  client_max_body_size 0;
                  proxy_http_version 1.1;
                  proxy_cache_path cache keys_zone=blobs:1m inactive=1d use_temp_path=off;
                  server {
                    listen 127.0.0.1:%2$d ssl http2;
                    ssl_certificate "%3$s";
                    ssl_certificate_key "%4$s";
                    location / {
                      %5$s
                    }
                  }
                }
                """.formatted(
                        // workers of root's would become somebody who may not enter our directories
                        System.getProperty("user.name").equals("root") ? "user root;" : "",
                        port,
                        authority.certificate(),
                        authority.key(),
                        location));
        start();
    }

    void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Command.find("nginx").orElseThrow().toString(),
                "-p",
                directory.toString(),
                "-c",
                directory.resolve("nginx.conf").toString(),
                "-e",
                directory.resolve("error.log").toString());
        daemon = Daemon.start(
                builder, directory.resolve("output.log"), Duration.ofSeconds(10), () -> Ports.answers(port));
    }

    String url() {
        return "https://localhost:" + port;
    }

    String authority() {
        return "localhost:" + port;
    }

    /** Requests for blobs that it logged, each as {@code <method> <path> <status> <state of the cache>}. */
    List<String> blobRequests() throws IOException {
        return Files.readAllLines(directory.resolve("access.log")).stream()
                .filter(line -> line.contains("/blobs/"))
                .toList();
    }

    /** The file in which it keeps the answer for a path. */
    Path cached(String path) throws NoSuchAlgorithmException {
        byte[] name = MessageDigest.getInstance("MD5").digest(path.getBytes(StandardCharsets.UTF_8));
        return directory.resolve("cache").resolve(HexFormat.of().formatHex(name));
    }

    /** Changes the last byte of what it keeps for a path. */
    void spoil(String path) throws IOException, NoSuchAlgorithmException {
        Path file = cached(path);
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Path spoilt = Files.write(file.resolveSibling("spoilt"), content);
        Files.move(spoilt, file, StandardCopyOption.REPLACE_EXISTING);
    }

    void stop() throws InterruptedException {
        daemon.stop();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
