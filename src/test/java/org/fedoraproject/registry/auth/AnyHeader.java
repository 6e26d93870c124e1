package org.fedoraproject.registry.auth;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Fuzzer;

/**
 * Requests to every route, each with a header that nobody would think of there, or a value that nobody would.
 *
 * @param routes of requests that are right but for that header
 */
record AnyHeader(Fuzzer values, List<Route> routes) {
    private static final int MAX_VALUE = 2000;

    /** What no answer of these routes depends on: its status is the same with any value. */
    private static final List<String> IRRELEVANT = List.of(
            "Accept",
            "Accept-Charset",
            "Accept-Datetime",
            "Accept-Encoding",
            "Accept-Language",
            "Accept-Ranges",
            "Age",
            "Allow",
            "Cache-Control",
            "Client-Cert",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Location",
            "Content-MD5",
            "Cookie",
            "Date",
            "Docker-Content-Digest",
            "Docker-Distribution-Api-Version",
            "Docker-Upload-UUID",
            "ETag",
            "Expires",
            "Forwarded",
            "From",
            "If-Modified-Since",
            "If-Range",
            "Last-Modified",
            "Link",
            "Location",
            "Max-Forwards",
            "OCI-Subject",
            "Origin",
            "Pragma",
            "Proxy-Authorization",
            "Referer",
            "Retry-After",
            "Server",
            "TE",
            "User-Agent",
            "Vary",
            "Via",
            "WWW-Authenticate",
            "Warning",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-HTTP-Method-Override",
            "X-Meta-Accept",
            "X-Real-IP",
            "X-Request-Id");

    /** Answers may depend on these, but are never a server's error. */
    private static final List<String> RELEVANT = List.of(
            "Authorization",
            "Content-Length",
            "Content-Range",
            "Content-Type",
            "Expect",
            "Host",
            "If-Match",
            "If-None-Match",
            "If-Unmodified-Since",
            "Keep-Alive",
            "Range",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade");

    /**
     * A request but for one header.
     *
     * @param body null for none
     */
    record Route(String method, String target, String type, String body) {
        /** @param headers lines, each with its end */
        String with(String headers) {
            String length = body == null
                    ? ""
                    : "Content-Type: " + type + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                            + "\r\n";
            return method + " " + target + " HTTP/1.1\r\nHost: registry.test\r\nConnection: close\r\nAuthorization: "
                    + Htpasswd.basic("alice") + "\r\n" + length + headers + "\r\n" + (body == null ? "" : body);
        }
    }

    /**
     * One of them.
     *
     * @param irrelevant whether the answer's status is as without the header
     */
    record Request(Route route, String headers, boolean irrelevant) {
        String text() {
            return route.with(headers);
        }
    }

    /** To all routes of a repository with a blob and a manifest, and of the token service. */
    static AnyHeader of(long seed, String name, Digest blob, String content, Manifest manifest) {
        String v2 = "/v2/" + name + "/";
        Stream<Route> reads = Stream.of(
                        "/",
                        "/v2/",
                        "/v2/_catalog",
                        v2 + "tags/list",
                        v2 + "manifests/any",
                        v2 + "manifests/" + manifest.digest(),
                        v2 + "manifests/missing",
                        v2 + "blobs/" + blob,
                        v2 + "referrers/" + manifest.digest(),
                        v2 + "referrers/" + manifest.digest() + "?artifactType=x",
                        "/auth/token?service=registry.test&scope=repository:" + name + ":pull",
                        "/nothing")
                .flatMap(target -> Stream.of("GET", "HEAD").map(method -> new Route(method, target, "", null)));
        String binary = "application/octet-stream";
        Stream<Route> writes = Stream.of(
                new Route("POST", v2 + "blobs/uploads/", binary, ""),
                new Route("POST", v2 + "blobs/uploads/?digest=" + blob, binary, content),
                new Route("POST", v2 + "blobs/uploads/?from=" + name + "&mount=" + blob, binary, ""),
                new Route("PATCH", v2 + "blobs/uploads/00000000-0000-4000-8000-000000000001", binary, "x"),
                new Route("PUT", v2 + "blobs/uploads/00000000-0000-4000-8000-000000000001?digest=" + blob, binary, ""),
                new Route(
                        "PUT",
                        v2 + "manifests/any",
                        manifest.mediaType().value(),
                        new String(manifest.bytes(), StandardCharsets.UTF_8)),
                new Route("DELETE", v2 + "manifests/missing", binary, null),
                new Route("DELETE", v2 + "blobs/uploads/00000000-0000-4000-8000-000000000001", binary, null),
                new Route("OPTIONS", v2 + "tags/list", binary, null));
        return new AnyHeader(
                new Fuzzer(seed, Fuzzer.corpus("headers")),
                Stream.concat(reads, writes).toList());
    }

    /** The next of a sequence without end. */
    Request next() {
        boolean irrelevant = values.below(3) > 0;
        String name = values.pick(irrelevant ? IRRELEVANT : RELEVANT);
        StringBuilder headers = new StringBuilder();
        for (int lines = 1 + values.below(2); lines > 0; lines--) {
            String value = values.next().replaceAll("\\p{Cntrl}", "");
            headers.append(name)
                    .append(": ")
                    .append(value, 0, Math.min(value.length(), MAX_VALUE))
                    .append("\r\n");
        }
        return new Request(values.pick(routes), headers.toString(), irrelevant);
    }
}
