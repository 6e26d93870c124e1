package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * podman and buildah for scripts that call them by name: with one storage of their own, and in what this kind of machine allows, which
 * is no raised limits.
 */
public final class ContainerEngine implements AutoCloseable {
    /** Gives containers a network of their own. Debian has it where podman alone looks, as it does the next. */
    public static final String NETAVARK = "../lib/podman/netavark";

    /** Gives containers in such a network their names. */
    public static final String AARDVARK = "../lib/podman/aardvark-dns";

    private final Path work;
    private final Path storage;
    private final Map<String, String> environment;

    /** @param work an empty directory */
    public ContainerEngine(Path work) throws IOException {
        this.work = work;
        this.storage = ContainerStorage.make();
        Path programs = Files.createDirectories(work.resolve("bin"));
        wrap(programs, "buildah");
        wrap(
                programs,
                "podman",
                "--tmpdir='" + storage.resolve("tmp") + "'",
                "--network-config-dir='" + storage.resolve("networks") + "'");
        Path configuration = Files.writeString(work.resolve("containers.conf"), """
                [containers]
                default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
                %s
                [engine]
                runtime = "runc"
                cgroup_manager = "cgroupfs"
                events_logger = "none"
                """.formatted(
                        Command.find(NETAVARK).isPresent() ? "[network]\nnetwork_backend = \"netavark\"" : ""));
        environment = Map.of(
                "PATH",
                programs + ":" + System.getenv("PATH"),
                "CONTAINERS_CONF",
                configuration.toString(),
                "BUILDAH_ISOLATION",
                "chroot",
                "JAVA_HOME",
                System.getProperty("java.home"),
                "TMPDIR",
                Files.createDirectories(work.resolve("tmp")).toString());
    }

    private void wrap(Path directory, String program, String... options) throws IOException {
        Path real = Command.find(program).orElseThrow(() -> new AssertionError("not installed: " + program));
        Path script = Files.writeString(
                directory.resolve(program),
                "#!/bin/sh\nexec %s --root='%s' --runroot='%s' --storage-driver=%s %s \"$@\"\n"
                        .formatted(
                                real,
                                storage.resolve("root"),
                                storage.resolve("run"),
                                ContainerStorage.driver(storage),
                                String.join(" ", options)));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    public Command podman(String... arguments) {
        return command(Map.of(), "podman", arguments);
    }

    public Command buildah(String... arguments) {
        return command(Map.of(), "buildah", arguments);
    }

    /**
     * Any program, which finds these two.
     *
     * @param more is added to its environment
     */
    public Command command(Map<String, String> more, String program, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        List<String> line = new ArrayList<>();
        // The path is the program's, not this process's
        line.add("env");
        line.add(program);
        line.addAll(List.of(arguments));
        return new Command(work, all, line);
    }

    /** Ends all containers, and deletes what they and their images are made of. */
    @Override
    public void close() throws Exception {
        podman("rm", "--all", "--force", "--time=0").attempt();
        podman("network", "prune", "--force").attempt();
        ContainerStorage.delete(storage);
    }
}
