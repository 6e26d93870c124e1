package org.fedoraproject.registry.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.RegistryClient;

/**
 * What one instance does and the other must know as soon as it is acknowledged. The other was asked before, and so remembers
 * how it was; that is the hard case on NFS.
 */
enum Operation {
    BLOB_PUSHED("blob pushed, after 404") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            byte[] content = trial.content();
            String target = trial.target("blobs/" + Digest.of(content));
            trial.expectOther(404, "HEAD", target);
            trial.expectOther(404, "GET", target);
            trial.actor.pushBlob(trial.name, content);
            return trial.otherStatus("HEAD", target) == 200 && trial.otherServes(target, content);
        }
    },
    MANIFEST_PUSHED("manifest pushed by digest, after 404") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            Manifest manifest = trial.manifest("");
            String target = trial.target("manifests/" + manifest.digest());
            trial.expectOther(404, "GET", target);
            trial.actor.pushManifest(trial.name, manifest.digest().toString(), manifest);
            return trial.otherServes(target, manifest.bytes());
        }
    },
    TAG_PUSHED("manifest pushed by tag, after 404") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            Manifest manifest = trial.manifest("");
            String target = trial.target("manifests/" + trial.tag);
            trial.expectOther(404, "GET", target);
            trial.actor.pushManifest(trial.name, trial.tag, manifest);
            return trial.otherServes(target, manifest.bytes());
        }
    },
    TAG_MOVED("tag moved") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            String target = trial.target("manifests/" + trial.tag);
            trial.actor.pushManifest(trial.name, trial.tag, trial.manifest("before"));
            trial.expectOther(200, "GET", target);
            trial.expectOther(200, "GET", target);
            Manifest moved = trial.manifest("after");
            trial.actor.pushManifest(trial.name, trial.tag, moved);
            return trial.otherServes(target, moved.bytes());
        }
    },
    TAG_DELETED("tag deleted") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            String target = trial.target("manifests/" + trial.tag);
            trial.actor.pushManifest(trial.name, trial.tag, trial.manifest(""));
            trial.expectOther(200, "GET", target);
            trial.expectOther(200, "GET", target);
            RegistryClient.require(202, trial.actor.send("DELETE", target));
            return trial.otherStatus("GET", target) == 404;
        }
    },
    MANIFEST_DELETED("manifest deleted") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            Manifest manifest = trial.manifest("");
            String target = trial.target("manifests/" + manifest.digest());
            String byTag = trial.target("manifests/" + trial.tag);
            trial.actor.pushManifest(trial.name, trial.tag, manifest);
            trial.expectOther(200, "GET", target);
            trial.expectOther(200, "GET", byTag);
            RegistryClient.require(202, trial.actor.send("DELETE", target));
            return trial.otherStatus("GET", target) == 404 && trial.otherStatus("GET", byTag) == 404;
        }
    },
    BLOB_DELETED("blob deleted") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            byte[] content = trial.content();
            String target = trial.target("blobs/" + Digest.of(content));
            trial.actor.pushBlob(trial.name, content);
            trial.expectOther(200, "HEAD", target);
            trial.expectOther(200, "GET", target);
            RegistryClient.require(202, trial.actor.send("DELETE", target));
            return trial.otherStatus("HEAD", target) == 404 && trial.otherStatus("GET", target) == 404;
        }
    },
    REFERRER_PUSHED("referrer pushed, after an empty list") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            Digest subject = trial.manifest("subject").digest();
            String target = trial.target("referrers/" + subject);
            trial.expectOther(200, "GET", target);
            Manifest referrer = Content.manifest(
                    """
                    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
                     "artifactType": "text/plain", "subject": %s}""".formatted(Content.descriptor("application/vnd.oci.image.index.v1+json", subject)));
            trial.actor.pushManifest(trial.name, referrer.digest().toString(), referrer);
            return trial.otherLists(target, referrer.digest().toString());
        }
    },
    TAG_LISTED("tags listed after a new tag") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            String target = trial.target("tags/list");
            trial.askOther("GET", target);
            trial.actor.pushManifest(trial.name, trial.tag, trial.manifest(""));
            return trial.otherLists(target, "\"" + trial.tag + "\"");
        }
    },
    REPOSITORY_LISTED("catalog listed after a new repository") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            String name = trial.name + "/" + trial.tag;
            String target = "/v2/_catalog?n=1000&last=" + trial.name;
            trial.askOther("GET", target);
            trial.actor.pushBlob(name, trial.content()); // docker-distribution knows a repository by its layers
            trial.actor.pushManifest(name, trial.tag, trial.manifest(""));
            return trial.otherLists(target, "\"" + name + "\"");
        }
    },
    KEPT_LISTS("tags and catalog listed from memory, after a new tag and a new repository") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            String parent = trial.name + "/" + trial.tag;
            String tags = "/v2/" + parent + "/first/tags/list";
            String catalog = "/v2/_catalog?n=1000&last=" + parent;
            trial.actor.pushBlob(parent + "/first", trial.content());
            trial.actor.pushManifest(parent + "/first", "first", trial.manifest(""));
            Thread.sleep(
                    13_000); // only lists of directories that are older, by a clock that is read every 10 s, are kept
            trial.expectOther(200, "GET", tags);
            trial.askOther("GET", catalog);
            trial.actor.pushManifest(parent + "/first", "second", trial.manifest(""));
            boolean listed = trial.otherLists(tags, "\"second\"");
            trial.actor.pushBlob(parent + "/second", trial.content());
            trial.actor.pushManifest(parent + "/second", "first", trial.manifest(""));
            return listed && trial.otherLists(catalog, "\"" + parent + "/second\"");
        }
    },
    UPLOAD_CONTINUED("upload gone on with after a PATCH") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            byte[] content = trial.content();
            int half = content.length / 2;
            String location = patch(trial.actor, path(trial.actor.startUpload(trial.name)), content, 0, half);
            boolean known = knowsOffset(trial.other, location, half);
            HttpResponse<byte[]> patched = trial.other.send(
                    "PATCH",
                    location,
                    BodyPublishers.ofByteArray(Arrays.copyOfRange(content, half, content.length)),
                    "Content-Range",
                    half + "-" + (content.length - 1));
            if (patched.statusCode() != 202) {
                return false;
            }
            location = location(patched);
            known &= knowsOffset(trial.actor, location, content.length);
            Digest digest = Digest.of(content);
            HttpResponse<byte[]> put = trial.actor.send("PUT", RegistryClient.completing(location, digest));
            return known && put.statusCode() == 201 && trial.otherServes(trial.target("blobs/" + digest), content);
        }
    },
    BLOB_MOUNTED("blob mounted where it had been unknown") {
        @Override
        boolean isFresh(Trial trial) throws IOException, InterruptedException {
            byte[] content = trial.content();
            Digest digest = Digest.of(content);
            String target = "/v2/" + trial.name + "/target/blobs/";
            String source = trial.target("blobs/" + digest);
            trial.expectOther(404, "HEAD", source);
            RegistryClient.require(404, trial.actor.send("HEAD", target + digest));
            trial.actor.pushBlob(trial.name, content);
            int mounted = trial.other.status("POST", target + "uploads/?mount=" + digest + "&from=" + trial.name);
            return mounted == 201 && trial.actor.status("HEAD", target + digest) == 200;
        }
    };

    private final String title;

    /** Whether a trial spends most of its time asleep. */
    boolean waits() {
        return this == KEPT_LISTS;
    }

    Operation(String title) {
        this.title = title;
    }

    /**
     * Does it, and asks the other at once.
     *
     * @throws AssertionError where something else went wrong
     */
    abstract boolean isFresh(Trial trial) throws IOException, InterruptedException;

    @Override
    public String toString() {
        return title;
    }

    /** One of many: what it names is its own, but for the repository, which some share, so that levels of it are there or not. */
    static final class Trial {
        private static final int SHARING = 10;

        private final RegistryClient actor;
        private final RegistryClient other;
        private final String name;
        private final String tag;

        /** @param run differs between runs over one tree */
        Trial(Operation operation, String run, int number, RegistryClient actor, RegistryClient other) {
            this.actor = actor;
            this.other = other;
            this.name = "%s/%s/%04d".formatted(run, operation.name().toLowerCase(Locale.ROOT), number / SHARING);
            this.tag = "t%05d".formatted(number);
        }

        private String target(String rest) {
            return "/v2/" + name + "/" + rest;
        }

        private byte[] content() {
            return (name + tag + UUID.randomUUID()).getBytes(UTF_8);
        }

        private Manifest manifest(String note) {
            return Content.manifest("""
                    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
                     "annotations": {"note": "%s"}}""".formatted(name + tag + note));
        }

        /** Where the other is still behind before the operation, it is asked until it has caught up. */
        private void expectOther(int status, String method, String target) throws IOException, InterruptedException {
            for (int attempt = 0; otherStatus(method, target) != status; attempt++) {
                if (attempt == 100) {
                    throw new AssertionError(method + " " + target + " is not answered " + status);
                }
                Thread.sleep(attempt < 10 ? 10 : 1000);
            }
        }

        private int otherStatus(String method, String target) throws IOException, InterruptedException {
            return askOther(method, target).statusCode();
        }

        /** As a client of today does: docker-distribution says of an index that it is missing where nobody accepts one. */
        private HttpResponse<byte[]> askOther(String method, String target) throws IOException, InterruptedException {
            return other.send(method, target, BodyPublishers.noBody(), "Accept", OciLayout.INDEX + ", */*");
        }

        private boolean otherServes(String target, byte[] content) throws IOException, InterruptedException {
            HttpResponse<byte[]> answer = askOther("GET", target);
            return answer.statusCode() == 200 && Arrays.equals(answer.body(), content);
        }

        private boolean otherLists(String target, String what) throws IOException, InterruptedException {
            HttpResponse<byte[]> answer = askOther("GET", target);
            return answer.statusCode() == 200 && new String(answer.body(), UTF_8).contains(what);
        }
    }

    private static String patch(RegistryClient registry, String location, byte[] content, int from, int to)
            throws IOException, InterruptedException {
        return location(RegistryClient.require(
                202,
                registry.send(
                        "PATCH",
                        location,
                        BodyPublishers.ofByteArray(Arrays.copyOfRange(content, from, to)),
                        "Content-Range",
                        from + "-" + (to - 1))));
    }

    private static boolean knowsOffset(RegistryClient registry, String location, int size)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> status = registry.get(location);
        return status.statusCode() == 204
                && status.headers().firstValue("Range").orElse("").equals("0-" + (size - 1));
    }

    private static String location(HttpResponse<?> response) {
        return path(response.headers().firstValue("Location").orElseThrow());
    }

    /** Without the instance that some put before it. */
    private static String path(String location) {
        URI uri = URI.create(location);
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }
}
