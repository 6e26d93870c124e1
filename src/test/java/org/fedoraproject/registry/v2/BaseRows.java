package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.delete;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Exchange.post;
import static org.fedoraproject.registry.v2.Exchange.put;
import static org.fedoraproject.registry.v2.Exchange.request;
import static org.fedoraproject.registry.v2.Row.row;

import java.util.List;

/** end-1, and the methods that endpoints do not have. */
final class BaseRows {
    static final List<Row> ROWS = List.of(
            row(
                    "end-1",
                    "",
                    get("/v2/")
                            .is(200)
                            .header("Content-Type", "application/json")
                            .text("{}")),
            row("end-1", "", head("/v2/").is(200).header("Content-Length", "2")),
            row("end-1", "without the slash", get("/v2").is(200).text("{}")),
            row(
                    "end-1",
                    "a client that takes no JSON",
                    get("/v2/").with("Accept", "text/html").is(200).text("{}")),
            row(
                    "end-1",
                    "a broken Accept",
                    get("/v2/").with("Accept", "json").is(200).text("{}")),
            row(
                    "end-1",
                    "languages that make no sense",
                    get("/v2/").with("Accept-Language", "en;q=1.5").is(200).text("{}")),
            row("end-1", "", notAllowed("POST", "/v2/", "GET")),
            row("end-1", "", notAllowed("DELETE", "/v2/", "GET")),
            row("end-2", "", notAllowed("POST", "/v2/{app}/blobs/" + Samples.NO_SHA256, "GET")),
            row("end-3", "", notAllowed("PATCH", "/v2/{app}/manifests/image", "PUT")),
            row("end-4a", "", notAllowed("GET", "/v2/{app}/blobs/uploads/", "POST")),
            row("end-8a", "", notAllowed("PUT", "/v2/{app}/tags/list", "GET")),
            row("end-12a", "", notAllowed("DELETE", "/v2/{app}/referrers/" + Samples.NO_SHA256, "GET")),
            row("_catalog", "", notAllowed("POST", "/v2/_catalog", "GET")),
            row("end-1", "a method that nobody knows", request("BREW", "/v2/").is(405, "UNSUPPORTED")),
            row(
                    "end-1",
                    "nothing is echoed",
                    request("TRACE", "/v2/")
                            .with("X-Secret", "tell-tale")
                            .is(405, "UNSUPPORTED")
                            .reply(reply -> assertThat(reply.text()).doesNotContain("tell-tale"))),
            row(
                    "",
                    "a request id that is harmless is kept",
                    get("/v2/").with("X-Request-Id", "abc-1").is(200).header("X-Request-Id", "abc-1")),
            row(
                    "",
                    "one that is not is replaced",
                    get("/v2/")
                            .with("X-Request-Id", "a b")
                            .is(200)
                            .reply(reply ->
                                    assertThat(reply.header("X-Request-Id")).matches("[0-9a-f-]{36}"))),
            row("", "the root", get("/").is(200).header("Vary", "Accept").text("")),
            row("", "", get("/foo").is(404, "UNSUPPORTED")),
            row("", "", head("/foo").is(404)),
            row("", "", post("/foo").is(404, "UNSUPPORTED")),
            row("", "", get("/v2/foo").is(404, "UNSUPPORTED")),
            row("", "", get("/v2/{app}").is(404, "UNSUPPORTED")),
            row("", "", get("/v2/{app}/blobs").is(404, "UNSUPPORTED")),
            row("", "", put("/v2/{app}/manifests/a/b").body("{}").is(404, "UNSUPPORTED")),
            row("", "", get("/v1/_ping").is(404, "UNSUPPORTED")),
            row("", "", get("/_error").is(404, "UNSUPPORTED")),
            row("", "", get("/WEB-INF/web.xml").is(404, "UNSUPPORTED")),
            row("", "", get("/META-INF/MANIFEST.MF").is(404, "UNSUPPORTED")),
            row("", "", delete("/v2/_catalog/x").is(404, "UNSUPPORTED")));

    private BaseRows() {}

    private static Exchange notAllowed(String method, String path, String allowed) {
        return request(method, path)
                .is(405, "UNSUPPORTED")
                .reply(reply -> assertThat(reply.header("Allow").split(", *"))
                        .contains(allowed)
                        .doesNotContain(method));
    }
}
