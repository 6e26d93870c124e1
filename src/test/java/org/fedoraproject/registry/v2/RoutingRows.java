package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.delete;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Exchange.patch;
import static org.fedoraproject.registry.v2.Exchange.post;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Exchange.raw;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.lone;
import static org.fedoraproject.registry.v2.Samples.referrer;
import static org.fedoraproject.registry.v2.Samples.sha256;

import java.util.List;
import java.util.stream.Stream;

/** Names that look like endpoints, and requests that are hardly HTTP. */
final class RoutingRows {
    static final List<Row> ROWS = Stream.concat(
                    Stream.of(
                                    "{repo}/blobs",
                                    "{repo}/blobs/uploads",
                                    "{repo}/manifests",
                                    "{repo}/manifests/latest",
                                    "{repo}/uploads",
                                    "{repo}/tags",
                                    "{repo}/tags/list",
                                    "{repo}/referrers",
                                    "{repo}/v2",
                                    "blobs/uploads/{repo}",
                                    "manifests/{repo}",
                                    "tags/{repo}",
                                    "{repo}/a.b_c__d---e/0")
                            .map(RoutingRows::named),
                    Stream.of(
                            refused("/v2/%zz/tags/list"),
                            refused("/v2/%/tags/list"),
                            refused("/v2/%2/tags/list"),
                            target("%00"),
                            target("%0a"),
                            target("%2F"),
                            target("%5C"),
                            target("%2e%2e"),
                            target("%ff"),
                            target("%C3%A9"),
                            target("\u00e9"),
                            target("|"),
                            target("\\"),
                            target("a;b=c"),
                            target("a//b"),
                            target("."),
                            target("<script>"),
                            target("a\"b"),
                            target("a{}"),
                            target("~"),
                            target("a:b"),
                            target("Upper"),
                            target("_a"),
                            target("a-"),
                            target("a..b"),
                            row("", "", sent("GET /v2/../tags/list HTTP/1.1").is(404, "UNSUPPORTED")),
                            row("", "", sent("GET //v2/ HTTP/1.1").is(400, "NAME_INVALID")),
                            refused("v2/"),
                            refused("*"),
                            row("", "", sent("GET /x/..\\v2/ HTTP/1.1").is(404, "UNSUPPORTED")),
                            row("", "", sent("GET /v2// HTTP/1.1").is(400, "NAME_INVALID")),
                            row(
                                    "end-8a",
                                    "a slash that is escaped",
                                    sent("GET /v2/protocol%2Fapp/tags/list HTTP/1.1")
                                            .is(200)),
                            row(
                                    "end-8a",
                                    "a slash that is escaped twice",
                                    sent("GET /v2/protocol%252Fapp/tags/list HTTP/1.1")
                                            .is(400, "NAME_INVALID")),
                            row(
                                    "end-8a",
                                    "a cookie that is none",
                                    sent("GET /v2/protocol/app/tags/list HTTP/1.1\r\nCookie: a\u00d5, b;q=0.5")
                                            .is(200)),
                            row(
                                    "",
                                    "an unknown transfer coding",
                                    sent("POST /v2/{repo}/blobs/uploads/ HTTP/1.1\r\nTransfer-Encoding: xchunked")
                                            .is(400, "SIZE_INVALID")),
                            row(
                                    "",
                                    "another one besides",
                                    sent("POST /v2/{repo}/blobs/uploads/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked")
                                            .is(400, "SIZE_INVALID")),
                            row(
                                    "",
                                    "a length above 2^64",
                                    sent("POST /v2/{repo}/blobs/uploads/ HTTP/1.1\r\nContent-Length: 18446744073709551616")
                                            .is(400, "SIZE_INVALID")),
                            row(
                                    "",
                                    "no echo",
                                    sent("TRACE / HTTP/1.1\r\nAuthorization: secret")
                                            .is(405, "UNSUPPORTED")),
                            row(
                                    "",
                                    "no echo",
                                    sent("TRACE /auth/token HTTP/1.1\r\nAuthorization: secret")
                                            .is(405, "UNSUPPORTED")),
                            row("", "", sent("GET /v2/..;/foo HTTP/1.1").is(400, "NAME_INVALID")),
                            refused("/v2/{app}/manifests/%zz"),
                            refused("/v2/{app}/tags/list?last=%zz"),
                            row(
                                    "end-8b",
                                    "a long query",
                                    get("/v2/{app}/tags/list?last=" + "z".repeat(9000))
                                            .is(200)),
                            row(
                                    "",
                                    "a long URL",
                                    get("/v2/" + "a/".repeat(10_000) + "tags/list")
                                            .is(414, "NAME_INVALID")),
                            row(
                                    "",
                                    "a long URL",
                                    head("/v2/" + "a/".repeat(10_000) + "tags/list")
                                            .is(414)),
                            row(
                                    "end-1",
                                    "HTTP/1.0",
                                    raw("GET /v2/ HTTP/1.0").is(200).text("{}")),
                            row(
                                    "end-1",
                                    "a whole URL",
                                    sent("GET http://example.com/v2/ HTTP/1.1")
                                            .is(200)
                                            .text("{}")),
                            row(
                                    "end-1",
                                    "many cookies",
                                    sent("GET /v2/ HTTP/1.1", "Cookie: " + "a=b; ".repeat(300))
                                            .is(200)
                                            .text("{}")),
                            row("end-1", "", sent("OPTIONS /v2/ HTTP/1.1").is(200)),
                            row("", "", sent("BREW /foo HTTP/1.1").is(404, "UNSUPPORTED")),
                            row(
                                    "",
                                    "no Host",
                                    raw("GET /v2/ HTTP/1.1", "Connection: close")
                                            .is(400)
                                            .outside())))
            .toList();

    private RoutingRows() {}

    /** Every endpoint on a repository of that name. */
    private static Row named(String name) {
        String v2 = "/v2/" + name;
        String x = lone("x");
        String subject = lone("subject");
        String signature = referrer(subject, "a/b");
        return row(
                "all",
                name,
                post(v2 + "/blobs/uploads/")
                        .is(202)
                        .keepUpload()
                        .reply(reply -> assertThat(reply.header("Location")).contains("/blobs/uploads/"))
                        .hidden(),
                get("{upload}").is(204).hidden(),
                patch("{upload}").body(LAYER).is(202).hidden(),
                put("{upload}?digest=" + sha256(LAYER))
                        .is(201)
                        .header("Location", v2 + "/blobs/" + sha256(LAYER))
                        .hidden(),
                get(v2 + "/blobs/" + sha256(LAYER)).is(200).text(LAYER).hidden(),
                head(v2 + "/blobs/" + sha256(LAYER)).is(200).hidden(),
                put(v2 + "/manifests/list")
                        .body(x)
                        .is(201)
                        .header("Location", v2 + "/manifests/" + sha256(x))
                        .hidden(),
                get(v2 + "/manifests/list").is(200).text(x).hidden(),
                put(v2 + "/manifests/uploads").body(signature).is(201).hidden(),
                get(v2 + "/tags/list").is(200).text("{\"name\":\"" + name + "\",\"tags\":[\"list\",\"uploads\"]}"),
                get(v2 + "/referrers/" + sha256(subject))
                        .is(200)
                        .telling(sha256(signature))
                        .hidden(),
                delete(v2 + "/manifests/list").is(202).hidden(),
                delete(v2 + "/blobs/" + sha256(LAYER)).is(202).hidden(),
                get(v2 + "/tags/list")
                        .is(200)
                        .text("{\"name\":\"" + name + "\",\"tags\":[\"uploads\"]}")
                        .hidden());
    }

    /** A repository's name that is none. */
    private static Row target(String name) {
        return row("end-8a", "", sent("GET /v2/" + name + "/tags/list HTTP/1.1").is(400, "NAME_INVALID"));
    }

    /** What is no URL (RFC 3986, 2.1, RFC 9112, 3.2): Undertow's parser refuses it. */
    private static Row refused(String target) {
        return row("", "", sent("GET " + target + " HTTP/1.1").is(400).outside());
    }

    private static Exchange sent(String requestLine, String... headers) {
        return raw(Stream.concat(Stream.of(requestLine, "Host: x", "Connection: close"), Stream.of(headers))
                .toArray(String[]::new));
    }
}
