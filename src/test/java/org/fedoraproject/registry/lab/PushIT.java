package org.fedoraproject.registry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * skopeo pushes, each request to the other instance than the one before. {@code -Dit.nfs.pushes=500} makes more of it, {@code
 * -Dit.nfs.mounts="vers=3 vers=4.2"} chooses, and {@code -Dit.nfs.program=docker-registry} shows the difference.
 */
@OnNfsLab
@NeedsCommand("skopeo")
class PushIT {
    private static final int PUSHES = Integer.getInteger("it.nfs.pushes", 20);
    private static final int CLIENTS = 4;

    private static NfsLab lab;

    @BeforeAll
    static void start(NfsLab started) {
        lab = started;
    }

    static Stream<String> mounts() {
        return Stream.of(System.getProperty("it.nfs.mounts", NfsLab.PRODUCTION + " vers=4.2")
                .split(" "));
    }

    @ParameterizedTest
    @MethodSource("mounts")
    @Timeout(1800)
    void pushesSucceedThoughEveryRequestGoesToTheOtherInstance(String mount) throws Exception {
        lab.mount(mount);
        Path work = BuildDirectory.make("nfs-push");
        String run = UUID.randomUUID().toString();
        List<String> failures = new ArrayList<>();
        List<Future<String>> pushes = new ArrayList<>();
        long begun = System.nanoTime();
        try (RegistryClient front = lab.front();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < PUSHES; i++) {
                int number = i;
                pushes.add(clients.submit(() -> push(work, front.authority(), run, number)));
            }
        }
        for (Future<String> push : pushes) {
            if (!push.get().isEmpty()) {
                failures.add(push.get());
            }
        }
        System.out.printf(
                "%s: %d of %d pushes failed, in %d s%n",
                mount, failures.size(), PUSHES, (System.nanoTime() - begun) / 1_000_000_000);
        assertThat(failures).isEmpty();
    }

    /**
     * Pushes an image of two layers that nobody has yet, and pulls it.
     *
     * @return what went wrong; empty if nothing did
     */
    private static String push(Path work, String authority, String run, int number) throws Exception {
        Path own = Files.createDirectories(work.resolve("push-" + number));
        Path image = directoryImage(own.resolve("image"), run + number);
        ContainerTools tools = new ContainerTools(own, authority);
        String name = "docker://" + authority + "/" + run + "/" + number % 20 + ":" + number;
        Command.Result pushed =
                tools.skopeo("copy", "--quiet", "dir:" + image, name).attempt();
        if (pushed.status() != 0) {
            return pushed.err();
        }
        Command.Result pulled = tools.skopeo("copy", "--quiet", name, "dir:" + own.resolve("pulled"))
                .attempt();
        BuildDirectory.delete(own);
        return pulled.status() == 0 ? "" : pulled.err();
    }

    /** An image as skopeo's {@code dir:} has it: small, for it is requests that count. */
    private static Path directoryImage(Path directory, String text) throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("version"), "Directory Transport Version: 1.1\n");
        List<String> layers = new ArrayList<>();
        for (String part : List.of("first ", "second ")) {
            layers.add(blob(directory, "application/vnd.oci.image.layer.v1.tar", part + text));
        }
        String config = blob(
                directory,
                "application/vnd.oci.image.config.v1+json",
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"author\":\"%s\"}"
                        .formatted(text));
        Files.writeString(
                directory.resolve("manifest.json"),
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(config, String.join(",", layers)));
        return directory;
    }

    private static String blob(Path directory, String mediaType, String content) throws Exception {
        Digest digest = Digest.of(Content.bytes(content));
        Files.writeString(directory.resolve(digest.hex()), content);
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(mediaType, digest, Content.bytes(content).length);
    }
}
