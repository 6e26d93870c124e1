package org.fedoraproject.registry.lab;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.RegistryClient;

/**
 * Pulls, pushes, moves a tag and deletes, one after the other each, over both instances by turns, and keeps book: what clients
 * were answered, and what must therefore be there afterwards. Whoever gets no answer turns away after a while.
 */
final class Workload implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final long PAUSE_MILLIS = 50;

    private final List<RegistryClient> instances;
    private final String name;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Future<?>> workers = new ArrayList<>();
    private volatile boolean over;

    /** By kind of work: how often it ended how. */
    private final Map<String, Map<String, Integer>> outcomes = new TreeMap<>();

    /** In milliseconds, by instance. */
    private final Map<RegistryClient, Long> slowestBase = new ConcurrentHashMap<>();

    private final Manifest stable;
    /** What was acknowledged, by reference. */
    private final Map<String, Manifest> pushed = new ConcurrentHashMap<>();

    private final Set<String> deleted = ConcurrentHashMap.newKeySet();
    /** What the tag that moves may name: what was acknowledged last, and what was tried since. */
    private final Set<Manifest> moved = new LinkedHashSet<>();

    Workload(List<RegistryClient> instances, String name) throws Exception {
        this.instances = instances;
        this.name = name;
        stable = image("stable");
        RegistryClient first = instances.getFirst();
        pushConfig(first, "stable");
        first.pushManifest(name, "stable", stable);
        workers.add(executor.submit(() -> repeat("pull", this::pull)));
        workers.add(executor.submit(() -> repeat("push", this::push)));
        workers.add(executor.submit(() -> repeat("tag move", this::move)));
        workers.add(executor.submit(() -> repeat("delete", this::delete)));
        for (RegistryClient instance : instances) {
            workers.add(executor.submit(() -> watchBase(instance)));
        }
    }

    /** Lets everybody come to an end. */
    void end() throws Exception {
        over = true;
        for (Future<?> worker : workers) {
            worker.get(PATIENCE_SECONDS * 5, TimeUnit.SECONDS);
        }
    }

    private interface Work {
        /** Returns the status that it came to; {@code number} is never the same. */
        int run(RegistryClient instance, int number) throws Exception;
    }

    private Void repeat(String kind, Work work) throws InterruptedException {
        for (int number = 0; !over; number++) {
            RegistryClient instance = instances.get(number % instances.size());
            String outcome;
            try {
                outcome = Integer.toString(work.run(instance, number));
            } catch (TimeoutException e) {
                outcome = "no answer within " + PATIENCE_SECONDS + " s";
            } catch (Exception e) {
                outcome = "no connection";
            }
            count(kind, outcome);
            Thread.sleep(PAUSE_MILLIS);
        }
        return null;
    }

    private synchronized void count(String kind, String outcome) {
        outcomes.computeIfAbsent(kind, key -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
    }

    private int pull(RegistryClient instance, int number) throws Exception {
        HttpResponse<byte[]> got = ask(instance, "GET", "/v2/" + name + "/manifests/stable", null);
        if (got.statusCode() == 200 && !Arrays.equals(got.body(), stable.bytes())) {
            throw new AssertionError("wrong bytes");
        }
        return got.statusCode();
    }

    private int push(RegistryClient instance, int number) throws Exception {
        String tag = "push-" + number;
        Manifest manifest = image(tag);
        int status = pushAll(instance, tag, tag, manifest);
        if (status == 201) {
            pushed.put(tag, manifest);
        }
        return status;
    }

    private int move(RegistryClient instance, int number) throws Exception {
        Manifest manifest = image("move-" + number);
        synchronized (moved) {
            moved.add(manifest);
        }
        int status = pushAll(instance, "move-" + number, "moving", manifest);
        if (status == 201) {
            synchronized (moved) {
                moved.clear();
                moved.add(manifest);
            }
        }
        return status;
    }

    private int delete(RegistryClient instance, int number) throws Exception {
        String tag = "delete-" + number;
        int status = pushAll(instance, tag, tag, image(tag));
        if (status != 201) {
            return status;
        }
        int answer = ask(instance, "DELETE", "/v2/" + name + "/manifests/" + tag, null)
                .statusCode();
        if (answer == 202) {
            deleted.add(tag);
        }
        return answer;
    }

    /** Whether {@code /v2/}, which needs no file, is answered all along. */
    private Void watchBase(RegistryClient instance) throws Exception {
        while (!over) {
            long begun = System.nanoTime();
            try {
                ask(instance, "GET", "/v2/", null);
                slowestBase.merge(instance, (System.nanoTime() - begun) / 1_000_000, Math::max);
            } catch (ExecutionException | TimeoutException e) {
                // the instance itself is gone, or its host
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return null;
    }

    private int pushAll(RegistryClient instance, String text, String tag, Manifest manifest) throws Exception {
        HttpResponse<byte[]> begun = ask(instance, "POST", "/v2/" + name + "/blobs/uploads/", null);
        if (begun.statusCode() != 202) {
            return begun.statusCode();
        }
        byte[] config = Content.bytes(text);
        String location = begun.headers().firstValue("Location").orElseThrow();
        int put = ask(instance, "PUT", RegistryClient.completing(location, Digest.of(config)), config)
                .statusCode();
        return put == 201
                ? ask(instance, "PUT", "/v2/" + name + "/manifests/" + tag, manifest.bytes())
                        .statusCode()
                : put;
    }

    private void pushConfig(RegistryClient instance, String text) throws Exception {
        instance.pushBlob(name, Content.bytes(text));
    }

    private static Manifest image(String text) {
        return Content.image(Digest.of(Content.bytes(text)));
    }

    private static HttpResponse<byte[]> ask(RegistryClient instance, String method, String target, byte[] body)
            throws Exception {
        CompletableFuture<HttpResponse<byte[]>> answer = instance.sendAsync(
                method, target, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            answer.cancel(true);
        }
    }

    /** What is not as it must be, at each of the instances; call it when all is well again. */
    List<String> verify() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (RegistryClient instance : instances) {
            for (Map.Entry<String, Manifest> each : pushed.entrySet()) {
                byte[] manifest = instance.get("/v2/" + name + "/manifests/" + each.getKey())
                        .body();
                if (!Arrays.equals(manifest, each.getValue().bytes())) {
                    wrong.add("pushed and lost: " + each.getKey() + " at " + instance.authority());
                }
                Digest config = Digest.of(Content.bytes(each.getKey()));
                if (instance.status("GET", "/v2/" + name + "/blobs/" + config) != 200) {
                    wrong.add("pushed and lost: the config of " + each.getKey() + " at " + instance.authority());
                }
            }
            for (String tag : deleted) {
                if (instance.status("GET", "/v2/" + name + "/manifests/" + tag) != 404) {
                    wrong.add("deleted and there: " + tag + " at " + instance.authority());
                }
            }
            byte[] now = instance.get("/v2/" + name + "/manifests/moving").body();
            if (moved.stream().noneMatch(each -> Arrays.equals(each.bytes(), now))) {
                wrong.add("the tag names what it should not at " + instance.authority());
            }
        }
        return wrong;
    }

    /** How the work of a kind ended, such as {@code 200: 120, 503: 7}. */
    synchronized String outcome(String kind) {
        StringBuilder text = new StringBuilder();
        outcomes.getOrDefault(kind, Map.of())
                .forEach((outcome, count) -> text.append(text.isEmpty() ? "" : ", ")
                        .append(outcome)
                        .append(": ")
                        .append(count));
        return text.toString();
    }

    int acknowledged() {
        return pushed.size() + deleted.size();
    }

    /** How long an instance took at most to answer to what needs no file. */
    Duration slowestBase(RegistryClient instance) {
        return Duration.ofMillis(slowestBase.get(instance));
    }

    @Override
    public void close() {
        over = true;
        executor.shutdownNow();
    }
}
