package org.fedoraproject.registry.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.OciLayout;

/** The programs with which people pull and push one small image, each with its own way to log in. */
final class Clients implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);

    private final Path work;
    private final String authority;
    private final ContainerTools tools;
    private final String image;
    private final List<Client> all = new ArrayList<>();
    private final List<Daemon> daemons = new ArrayList<>();
    /** With a short name, for a socket's may have about a hundred characters, and without blanks, for podman makes an image's of it. */
    private final Path temporary = Files.createTempDirectory("clients");

    /** What a program can be told to do, as commands that fail where it is refused. */
    interface Client {
        /** Logs in, for what the same user does later. */
        Command login(String user, String password) throws Exception;

        /** @param user empty for who has not logged in */
        Command push(String user, String repository) throws Exception;

        Command pull(String user, String repository) throws Exception;
    }

    /** @param authority of the registry */
    Clients(Path work, String authority) throws Exception {
        this.work = work;
        this.authority = authority;
        this.tools = new ContainerTools(work, authority);
        OciLayout layout = new OciLayout(temporary.resolve("layout"));
        this.image = layout.name("1", layout.image("amd64", "a small image"));
        try {
            all.add(new Tool("skopeo", image));
            tools.podman("pull", "--quiet", image).run();
            all.add(new Tool("podman", tools.podman("images", "--quiet").run().strip()));
            tools.buildah("pull", "--quiet", image).run();
            all.add(new Tool("buildah", tools.buildah("images", "--quiet").run().strip()));
            if (System.getProperty("user.name").equals("root")) {
                all.add(new Ctr(work.resolve("containerd")));
                all.add(new Docker(work.resolve("docker")));
            } else {
                System.out.println("Without root there is neither containerd nor dockerd: not tried.");
            }
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    List<Client> all() {
        return all;
    }

    private String remote(String repository) {
        return authority + "/" + repository + ":1";
    }

    /** One of those by containers/image, which keep logins in a file. */
    private final class Tool implements Client {
        private final String name;
        private final String local;

        private Tool(String name, String local) throws IOException {
            this.name = name;
            this.local = local;
            Files.writeString(file(""), "{}");
        }

        @Override
        public Command login(String user, String password) {
            return command("login", "--tls-verify=false", option(user), "-u=" + user, "-p=" + password, authority);
        }

        @Override
        public Command push(String user, String repository) {
            String target = "docker://" + remote(repository);
            return name.equals("skopeo")
                    ? command("copy", "--quiet", option(user), local, target)
                    : command("push", "--quiet", option(user), local, target);
        }

        @Override
        public Command pull(String user, String repository) {
            String source = "docker://" + remote(repository);
            return switch (name) {
                case "skopeo" ->
                    command("copy", "--quiet", option(user), source, "oci:" + work.resolve("pulled") + ":1");
                case "buildah" -> command("pull", "--quiet", "--policy=always", option(user), source);
                default -> command("pull", "--quiet", option(user), source);
            };
        }

        private Command command(String... arguments) {
            return switch (name) {
                case "skopeo" -> tools.skopeo(arguments);
                case "podman" -> tools.podman(arguments);
                default -> tools.buildah(arguments);
            };
        }

        private String option(String user) {
            return "--authfile=" + file(user);
        }

        private Path file(String user) {
            return work.resolve(name + "-" + user + ".json");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** containerd by its ctr, which keeps no login: a pull is one, of what only users may pull. */
    private final class Ctr implements Client {
        private final Path directory;
        private final Path socket = temporary.resolve("containerd");
        private String password = "";

        private Ctr(Path directory) throws Exception {
            this.directory = Files.createDirectory(directory);
            Path config = Files.writeString(directory.resolve("config.toml"), """
                    version = 2
                    root = "%s"
                    state = "%s"
                    disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
                    [grpc]
                      address = "%s"
                    """.formatted(
                            directory.resolve("root"), directory.resolve("state"), socket));
            ProcessBuilder line = new ProcessBuilder("containerd", "--config", config.toString());
            daemons.add(
                    Daemon.start(line, directory.resolve("log"), START, () -> succeeds(command(List.of("version")))));
            Path archive = directory.resolve("image.tar");
            tools.skopeo("copy", "--quiet", image, "oci-archive:" + archive + ":localhost/small:1")
                    .run();
            command(List.of("images", "import", archive.toString())).run();
        }

        @Override
        public Command login(String user, String password) {
            this.password = password;
            return pull(user, ClientFlowsIT.THERE);
        }

        @Override
        public Command push(String user, String repository) {
            return command(with(user, List.of("images", "push"), remote(repository), "localhost/small:1"));
        }

        @Override
        public Command pull(String user, String repository) {
            return command(with(user, List.of("content", "fetch"), remote(repository)));
        }

        private List<String> with(String user, List<String> verb, String... arguments) {
            List<String> line = new ArrayList<>(verb);
            line.add("--plain-http");
            if (!user.isEmpty()) {
                line.add("--user=" + user + ":" + password);
            }
            line.addAll(List.of(arguments));
            return line;
        }

        private Command command(List<String> arguments) {
            return Clients.command(directory, List.of("ctr", "--address", socket.toString()), arguments);
        }

        @Override
        public String toString() {
            return "ctr";
        }
    }

    /** docker and its daemon, which takes registries on this host without TLS. */
    private final class Docker implements Client {
        private static final String LOCAL = "small:1";

        private final Path directory;
        private final String socket = "unix://" + temporary.resolve("docker");

        private Docker(Path directory) throws Exception {
            this.directory = Files.createDirectory(directory);
            ProcessBuilder line = new ProcessBuilder(
                    Command.find("dockerd").orElseThrow().toString(),
                    "--host=" + socket,
                    "--data-root=" + directory.resolve("root"),
                    "--exec-root=" + temporary.resolve("exec"),
                    "--pidfile=" + directory.resolve("pid"),
                    "--storage-driver=vfs",
                    "--bridge=none",
                    "--iptables=false",
                    "--ip6tables=false",
                    "--ip-masq=false");
            daemons.add(Daemon.start(
                    line, directory.resolve("log"), START, () -> succeeds(command("", List.of("version")))));
            Path archive = directory.resolve("image.tar");
            tools.skopeo("copy", "--quiet", image, "docker-archive:" + archive + ":" + LOCAL)
                    .run();
            command("", List.of("load", "--quiet", "--input=" + archive)).run();
        }

        @Override
        public Command login(String user, String password) {
            return command(user, List.of("login", "--username=" + user, "--password=" + password, authority));
        }

        @Override
        public Command push(String user, String repository) throws Exception {
            command(user, List.of("tag", LOCAL, remote(repository))).run();
            return command(user, List.of("push", "--quiet", remote(repository)));
        }

        @Override
        public Command pull(String user, String repository) {
            return command(user, List.of("pull", "--quiet", remote(repository)));
        }

        private Command command(String user, List<String> arguments) {
            Path login = directory.resolve("login-" + user);
            return Clients.command(directory, List.of("docker", "--host=" + socket, "--config=" + login), arguments);
        }

        @Override
        public String toString() {
            return "docker";
        }
    }

    private static Command command(Path directory, List<String> program, List<String> arguments) {
        return new Command(
                directory,
                Map.of(),
                Stream.concat(program.stream(), arguments.stream()).toList());
    }

    static boolean succeeds(Command command) throws Exception {
        return command.attempt().status() == 0;
    }

    @Override
    public void close() throws Exception {
        for (Daemon daemon : daemons) {
            daemon.close();
        }
        BuildDirectory.delete(temporary);
    }
}
