package org.fedoraproject.registry.auth;

import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Fuzzer;

/** Paths to what is denied, written in the ways that have fooled others. */
final class Paths {
    private static final List<String> STARTS = List.of(
            "/v2/",
            "/v2/",
            "/v2/",
            "//v2/",
            "/v2//",
            "/V2/",
            "/%762/",
            "/%2576/",
            "/v2/./",
            "/x/../v2/",
            "/v2;x/",
            "/v2/v2/../",
            "/v2/%2e%2e/v2/",
            "/..%2fv2/",
            "http://localhost/v2/",
            "/auth/../v2/");

    private static final List<String> SLASHES = List.of(
            "/",
            "/",
            "/",
            "//",
            "/./",
            "%2F",
            "%2f",
            "%252F",
            "%5C",
            "\\",
            ";/",
            "/;a=b/",
            "/%2e/",
            "/x/../",
            "/x/%2e%2e/",
            "/%2e./",
            "/%252e%252e/",
            "%c0%af",
            "%e0%80%af",
            "%f0%80%80%af",
            "/%20",
            "/%00/",
            "%ef%bc%8f",
            "\u2215",
            "/..;/",
            "?/",
            "#/");

    private static final List<String> WORDS = List.of(
            "secret",
            "secret",
            "open",
            "app",
            "app",
            "%73ecret",
            "secre%74",
            "%2573ecret",
            "a%70p",
            "SECRET",
            "Secret",
            "secret.",
            "s\u00e9cret",
            "\u017fecret",
            "%c1%b3ecret",
            "%u0073ecret",
            "secret%00",
            "secret%0a",
            "..",
            "...",
            ".",
            "%2e%2e",
            "%2e.",
            ".%2E",
            "%c0%ae%c0%ae",
            "%252e%252e",
            "open/app/../../secret",
            "~secret",
            "_layers",
            "_uploads",
            "sub",
            "ap",
            "outside",
            "root",
            "blobs",
            "docker/registry/v2");

    private final Fuzzer fuzzer;
    private final List<String> tails;

    Paths(Fuzzer fuzzer, Digest blob, Digest manifest) {
        this.fuzzer = fuzzer;
        String escaped = blob.toString().replace(":", "%3A");
        this.tails = List.of(
                "manifests/latest",
                "manifests/" + manifest,
                "manifests/latest/",
                "manifests/latest;x",
                "m%61nifests/latest",
                "MANIFESTS/latest",
                "manifests/fooled",
                "manifests/..%2f..%2foutside",
                "manifests/" + manifest + "?tag=../../x",
                "blobs/" + blob,
                "blobs/" + escaped,
                "blobs/sha256:../../../outside",
                "tags/list",
                "tags/list/",
                "tags/list?n=5",
                "tags/list?last=../..",
                "referrers/" + blob,
                "blobs/uploads/",
                "blobs/uploads",
                "blobs/uploads/..%2f..",
                "blobs/uploads/?mount=" + blob + "&from=secret/app",
                "blobs/uploads/?mount=" + blob + "&from=secret%2Fapp",
                "blobs/uploads/?mount=" + blob + "&from=open/app/../../secret/app",
                "blobs/uploads/?digest=" + blob,
                "blobs/uploads/f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "_catalog",
                "outside",
                "");
    }

    String next() {
        StringBuilder path = new StringBuilder(mostly("/v2/", STARTS));
        boolean fromAllowed = fuzzer.below(3) == 0;
        if (fromAllowed) {
            path.append("open").append(mostly("/", SLASHES)).append("app").append(mostly("/", SLASHES));
        }
        for (int words = fuzzer.below(4); words > 0; words--) {
            path.append(fuzzer.pick(WORDS)).append(mostly("/", SLASHES));
        }
        return path.append(fuzzer.pick(tails)).toString();
    }

    /** Plain at most places, so that what is not is read by more than the first who looks. */
    private String mostly(String plain, List<String> others) {
        return fuzzer.below(3) > 0 ? plain : fuzzer.pick(others);
    }
}
