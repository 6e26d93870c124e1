package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;

/** skopeo, podman and buildah, with storage of their own, so that they neither see nor leave anything elsewhere. */
public final class ContainerTools {
    private final Path work;
    private final Path storage;
    private final Path registries;

    /** @param authorities of registries without TLS */
    public ContainerTools(Path work, String... authorities) throws IOException {
        this.work = work;
        this.storage = ContainerStorage.make();
        this.registries = work.resolve("registries.conf");
        Files.writeString(
                registries,
                Stream.of(authorities)
                        .map(authority -> "[[registry]]\nlocation = \"" + authority + "\"\ninsecure = true\n")
                        .collect(Collectors.joining()));
        Files.createDirectories(work.resolve("tmp"));
    }

    public Command skopeo(String... arguments) {
        return command(
                // keeps the memory of which registry has which blob here, which is root's own elsewhere
                Map.of("_CONTAINERS_ROOTLESS_UID", "1", "XDG_DATA_HOME", work.toString()),
                List.of("skopeo", "--registries-conf", registries.toString()),
                arguments);
    }

    public Command podman(String... arguments) {
        return command(
                Map.of(),
                List.of(
                        "podman",
                        "--root=" + storage.resolve("podman"),
                        "--runroot=" + storage.resolve("podman-run"),
                        "--tmpdir=" + storage.resolve("podman-tmp"),
                        "--storage-driver=vfs",
                        "--cgroup-manager=cgroupfs",
                        "--events-backend=none"),
                arguments);
    }

    /** Runs an image once, in what this kind of machine allows: no network, no raised limits. */
    public Command podmanRun(String image, String... arguments) {
        List<String> run = new ArrayList<>(List.of("run", "--rm", "--runtime=runc", "--network=none"));
        run.addAll(List.of("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024", image));
        run.addAll(List.of(arguments));
        return podman(run.toArray(String[]::new));
    }

    public Command buildah(String... arguments) {
        return command(
                Map.of(),
                List.of(
                        "buildah",
                        "--root=" + storage.resolve("buildah"),
                        "--runroot=" + storage.resolve("buildah-run"),
                        "--storage-driver=vfs"),
                arguments);
    }

    /** Copies by skopeo; returns the digest of what was written. */
    public Digest copy(String from, String to, String... options) throws IOException, InterruptedException {
        copyCommand(from, to, options).run();
        return written();
    }

    /** Copies by skopeo, which must fail; returns what it says. */
    public String copyIsRefused(String from, String to, String... options) throws IOException, InterruptedException {
        Command.Result result = copyCommand(from, to, options).attempt();
        assertThat(result.status()).as(result.err()).isNotZero();
        return result.err();
    }

    private Command copyCommand(String from, String to, String... options) {
        List<String> arguments = new ArrayList<>(List.of("copy", "--quiet", digestFile()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(from, to));
        return skopeo(arguments.toArray(String[]::new));
    }

    /**
     * Logs in by podman, with a wrong password, which must fail, and with the right one.
     *
     * @return the option for what is done later as this user
     */
    public String podmanLogin(String authority, String user, String password) throws IOException, InterruptedException {
        String authFile = "--authfile=" + work.resolve("auth.json");
        String name = "--username=" + user;
        assertThat(podman("login", authFile, name, "--password=wrong", authority)
                        .attempt()
                        .status())
                .isNotZero();
        podman("login", authFile, name, "--password=" + password, authority).run();
        return authFile;
    }

    /** The option by which each tool says what it wrote. */
    public String digestFile() {
        return "--digestfile=" + work.resolve("digest");
    }

    /** The digest that a tool with {@link #digestFile} reported last. */
    public Digest written() throws IOException {
        return Digest.parse(Files.readString(work.resolve("digest")));
    }

    private Command command(Map<String, String> more, List<String> program, String... arguments) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("TMPDIR", work.resolve("tmp").toString());
        environment.put("CONTAINERS_REGISTRIES_CONF", registries.toString());
        List<String> line = new ArrayList<>(program);
        line.addAll(List.of(arguments));
        return new Command(work, environment, line);
    }
}
