package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.v2.Exchange.get;
import static org.fedoraproject.registry.v2.Exchange.head;
import static org.fedoraproject.registry.v2.Pushes.blob;
import static org.fedoraproject.registry.v2.Pushes.manifest;
import static org.fedoraproject.registry.v2.Pushes.upload;
import static org.fedoraproject.registry.v2.Row.row;
import static org.fedoraproject.registry.v2.Samples.LAYER;
import static org.fedoraproject.registry.v2.Samples.lone;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tags, end-8, and docker-distribution's {@code _catalog}. */
final class ListingRows {
    private static final String LIST = "/v2/{tags}/tags/list";
    private static final String NONE = "/v2/{repo}/tags/list";
    private static final Pattern NEXT = Pattern.compile("<(/v2/[^>]+)>; rel=\"next\"");

    /** In ASCII order: digits, capitals, the underscore, small letters. */
    static final List<String> TAGS = List.of("1.0", "1.10", "1.9", "A", "_", "a", "a-b", "a.b", "latest", "v1.tmp");

    static final List<Row> ROWS = List.of(
            row(
                    "end-8a",
                    "sorted",
                    listed(LIST, TAGS)
                            .header("Content-Type", "application/json")
                            .without("Link")),
            row("end-8a", "", head(LIST).is(200)),
            row("end-8a", "a client that takes other types", listed(LIST, TAGS).with("Accept", Samples.OCI_INDEX)),
            row("end-8a", "blobs, and no tags", blob(LAYER), listed(NONE, List.of())),
            row("end-8a", "", get(NONE).is(404, "NAME_UNKNOWN").telling("{repo}")),
            row("end-8a", "only an upload", upload(), get(NONE).is(404, "NAME_UNKNOWN")),
            row(
                    "end-8a",
                    "only repositories below",
                    manifest("{repo}/below", "a", lone("a")),
                    get(NONE).is(404, "NAME_UNKNOWN")),
            row(
                    "end-8a",
                    "",
                    get("/v2/{repo}__-/tags/list").is(400, "NAME_INVALID").telling("{repo}__-")),
            row(
                    "end-8b",
                    "",
                    listed(LIST + "?n=3", TAGS.subList(0, 3))
                            .header("Link", "</v2/{tags}/tags/list?n=3&last=1.9>; rel=\"next\"")),
            row(
                    "end-8b",
                    "",
                    listed(LIST + "?n=3&last=1.9", TAGS.subList(3, 6))
                            .header("Link", "</v2/{tags}/tags/list?n=3&last=a>; rel=\"next\"")),
            row(
                    "end-8b",
                    "the last page",
                    listed(LIST + "?n=3&last=latest", TAGS.subList(9, 10)).without("Link")),
            row("end-8b", "exactly all", listed(LIST + "?n=10", TAGS).without("Link")),
            row("end-8b", "more than there are", listed(LIST + "?n=10000", TAGS).without("Link")),
            row(
                    "end-8b",
                    "more than a number holds",
                    listed(LIST + "?n=99999999999999999999", TAGS).without("Link")),
            row(
                    "end-8b",
                    "last without n",
                    listed(LIST + "?last=a", TAGS.subList(6, 10)).without("Link")),
            row("end-8b", "after one that is not there", listed(LIST + "?last=B", TAGS.subList(4, 10))),
            row("end-8b", "after the last", listed(LIST + "?last=z", List.of()).without("Link")),
            row("end-8b", "none", listed(LIST + "?n=0", List.of()).without("Link")),
            row("end-8b", "", refused(LIST + "?n=-1")),
            row("end-8b", "", refused(LIST + "?n=abc")),
            row("end-8b", "an empty n is none", listed(LIST + "?n=", TAGS).without("Link")),
            row("end-8b", "to the end, link by link", follow(LIST + "?n=1", "tags", TAGS)),
            row("end-8b", "by twos", follow(LIST + "?n=4", "tags", TAGS)),
            row(
                    "_catalog",
                    "to the end, link by link",
                    repositories(),
                    follow("/v2/_catalog?n=1&last={repo}", "repositories", null)),
            row("_catalog", "", repositories(), follow("/v2/_catalog?n=1000&last={repo}", "repositories", null)),
            row(
                    "_catalog",
                    "",
                    repositories(),
                    get("/v2/_catalog?n=2&last={repo}")
                            .is(200)
                            .header("Content-Type", "application/json")
                            .text("{\"repositories\":[\"{repo}/a\",\"{repo}/a/b\"]}")
                            .reply(
                                    reply -> assertThat(reply.header("Link"))
                                            .matches(
                                                    "</v2/_catalog\\?n=2&last=protocol(/|%2F)row\\d+(/|%2F)a(/|%2F)b>; rel=\"next\""))),
            row(
                    "_catalog",
                    "only blobs",
                    blob("{repo}/x", LAYER),
                    get("/v2/_catalog?n=1&last={repo}").is(200).text("{\"repositories\":[\"{repo}/x\"]}")),
            row(
                    "_catalog",
                    "none",
                    get("/v2/_catalog?n=0")
                            .is(200)
                            .text("{\"repositories\":[]}")
                            .without("Link")),
            row(
                    "_catalog",
                    "after the last",
                    get("/v2/_catalog?last=zzz")
                            .is(200)
                            .text("{\"repositories\":[]}")
                            .without("Link")),
            row("_catalog", "what is no name", get("/v2/_catalog?last=../..").is(200)),
            row("_catalog", "", refused("/v2/_catalog?n=-1")),
            row("_catalog", "", refused("/v2/_catalog?n=abc")));

    private ListingRows() {}

    /** Names of which one begins another, with separators that sort before and after the slash. */
    private static Step repositories() {
        return session -> {
            for (String name : List.of("a.tmp", "a-b", "a/b", "a", "b/c/d")) {
                manifest("{repo}/" + name, "x", lone("x")).run(session);
            }
        };
    }

    private static Exchange listed(String path, List<String> tags) {
        return get(path).is(200).json(json -> assertThat(strings(json, "tags")).isEqualTo(tags));
    }

    private static Exchange refused(String path) {
        return get(path).is(400, "PAGINATION_NUMBER_INVALID");
    }

    private static List<String> strings(jakarta.json.JsonObject json, String member) {
        return json.getJsonArray(member).getValuesAs(jakarta.json.JsonString::getString);
    }

    /** @param expected what the pages give together; {@code null} for the row's repositories */
    private static Step follow(String path, String member, List<String> expected) {
        return session -> {
            List<String> found = new ArrayList<>();
            String[] next = {session.fill(path)};
            for (int page = 0; next[0] != null; page++) {
                assertThat(page).isLessThan(100);
                get(next[0])
                        .is(200)
                        .reply(reply -> {
                            found.addAll(strings(reply.json(), member));
                            next[0] = next(reply.header("Link"));
                        })
                        .run(session);
            }
            if (expected != null) {
                assertThat(found).isEqualTo(expected);
            } else {
                String own = session.fill("{repo}/");
                found.removeIf(name -> !name.startsWith(own));
                found.replaceAll(name -> name.substring(own.length()));
                assertThat(found).containsExactly("a", "a/b", "a-b", "a.tmp", "b/c/d");
            }
        };
    }

    static String next(String link) {
        if (link == null) {
            return null;
        }
        Matcher matcher = NEXT.matcher(link);
        assertThat(matcher.matches()).as(link).isTrue();
        return matcher.group(1);
    }
}
