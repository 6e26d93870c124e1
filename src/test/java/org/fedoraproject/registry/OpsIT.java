package org.fedoraproject.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ops/} has for those who run the registry, as far as it can be judged where it was built. */
class OpsIT {
    private static final Path OPS = Path.of("ops").toAbsolutePath();

    /** Those that others of ours must lie beside, and so are called by their own path. */
    private static final Set<String> LIBRARY =
            Set.of("ansible/try", "cluster", "container/build", "nfs-lab/nfs-lab", "rolling-update", "serve");

    /** A link to a file, in Markdown. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    private static final Pattern DOCUMENTATION = Pattern.compile("(?m)^Documentation=file:///(.+)$");

    /** Those that the role installs. */
    private static final Pattern SCRIPTS = Pattern.compile("loop:\n( {4}- systemd/prepare\n(?: {4}- .+\n)+)");

    private static Path work;

    @BeforeAll
    static void makeDirectory() throws Exception {
        work = BuildDirectory.make("ops");
    }

    /** As a script that starts {@code ops/serve} in the background does; the server would be left running. */
    @Test
    void signalThatIsIgnoredIsIgnoredAfterABuildToo() throws Exception {
        Path target = Files.createDirectories(work.resolve("build"));
        Path maven = Files.writeString(target.resolve("mvn"), "#!/bin/sh\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        String script = "project=$1 name=test; . \"$project/ops/lib.sh\"; target=$0 lock=$0/lock war=$0/war; "
                + "touch \"$lock\" \"$war\"; PATH=$0:$PATH; build; trap 'echo trapped' INT; kill -INT $$; echo goes on";

        assertThat(Command.of(
                                work,
                                "bash",
                                "-c",
                                "trap '' INT; exec bash -euc \"$0\" \"$1\" \"$2\"",
                                script,
                                target.toString(),
                                OPS.getParent().toString())
                        .run())
                .isEqualTo("goes on\n");
    }

    /** The JVM of the server has a large heap; that of the CLI must only start fast. */
    @Test
    void drainDoesNotGiveTheCliTheServersOptions() throws Exception {
        Path home = work.resolve("drain");
        Path cli = Files.createDirectories(home.resolve("bin")).resolve("jboss-cli.sh");
        Files.writeString(cli, "#!/bin/sh\necho \"$JAVA_OPTS $*\"\n");
        assertThat(cli.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment = Map.of(
                "OCI_REGISTRY_CLUSTER", "true",
                "MAINPID", "1",
                "JBOSS_HOME", home.toString(),
                "JAVA_OPTS", "-Xms512m -XX:+UseParallelGC");

        String out = new Command(
                        work, environment, List.of(OPS.resolve("systemd/drain").toString()))
                .run();

        assertThat(out)
                .startsWith("-XX:TieredStopAtLevel=1")
                .contains("--command=/subsystem=modcluster/proxy=default:disable")
                .doesNotContain("-Xms512m");
    }

    @Test
    @NeedsCommand("shellcheck")
    void scriptsPassShellcheck() throws Exception {
        List<String> line =
                new ArrayList<>(List.of("shellcheck", "--external-sources", "--source-path=" + OPS.getParent()));
        try (Stream<Path> files = Files.walk(OPS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isScript(file)) {
                    line.add(file.toString());
                }
            }
        }
        assertThat(line)
                .contains(OPS.resolve("serve").toString(), OPS.resolve("lib.sh").toString());

        new Command(work, Map.of(), line).run();
    }

    private static boolean isScript(Path file) throws Exception {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.limit(1).anyMatch(line -> line.matches("#!.*sh|# shellcheck shell=.*"));
        }
    }

    /** Wherever they are called from, and however: as a link on the PATH, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aot-cache",
                "ansible/try",
                "bench/bench",
                "cluster",
                "collect",
                "collect-garbage",
                "config",
                "container/build",
                "events",
                "nfs-lab/nfs-lab",
                "retain",
                "rolling-update",
                "rpm/dist",
                "sbom",
                "scrub",
                "serve",
                "tls-keystore",
                "verify-tree"
            })
    void commandSaysWhichVersionItIsAndHowItIsUsed(String command) throws Exception {
        Path link = Files.createSymbolicLink(work.resolve(command.replace('/', '-') + "-link"), OPS.resolve(command));
        String pom = Files.readString(OPS.resolveSibling("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));

        assertThat(Command.of(work, OPS.resolve(command).toString(), "--version")
                        .run())
                .matches("oci-registry " + Pattern.quote(version) + "( \\([0-9a-f]{12}\\))?\n");
        if (!LIBRARY.contains(command)) {
            assertThat(Command.of(work, link.toString(), "--version").run()).startsWith("oci-registry " + version);
        }
        assertThat(Command.of(work, OPS.resolve(command).toString(), "--help").run())
                .containsIgnoringCase("usage: ")
                .contains("--version");
    }

    /** Without git, and without Maven: as an archive is unpacked, or installed. */
    @Test
    void versionIsKnownWithoutGit() throws Exception {
        Path copy = Files.createDirectories(work.resolve("unpacked/ops"));
        Files.copy(OPS.resolve("version"), copy.resolve("version"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(OPS.resolveSibling("pom.xml"), copy.resolveSibling("pom.xml"));

        assertThat(Command.of(work, copy.resolve("version").toString()).run()).matches("oci-registry [0-9][^ ]*\n");

        Files.writeString(copy.resolve("VERSION"), "oci-registry 9.9 (abc)\n");
        assertThat(Command.of(work, copy.resolve("version").toString()).run()).isEqualTo("oci-registry 9.9 (abc)\n");
    }

    @Test
    @NeedsCommand("ansible-lint")
    void playbooksPassAnsibleLint() throws Exception {
        // It looks for its configuration where it runs
        Command.of(
                        work,
                        "sh",
                        "-c",
                        "cd \"$0\" && exec ansible-lint --strict",
                        OPS.resolve("ansible").toString())
                .run();
    }

    @Test
    @NeedsCommand({"python3", "docker-registry"})
    void checksPassTheirTests() throws Exception {
        Command.Result result = Command.of(
                        work,
                        "python3",
                        "-B",
                        "-m",
                        "unittest",
                        "discover",
                        OPS.resolve("checks").toString())
                .attempt();

        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.err()).containsPattern("Ran [1-9][0-9]* tests");
    }

    /** On a small tree and for moments: the figures mean nothing, but each load must find what it asks for, on each server. */
    @Test
    @NeedsCommand({"python3", "docker-registry", "nginx", "wrk", "openssl"})
    void benchmarkStillWorks() throws Exception {
        Path out = work.resolve("bench");
        Command.of(
                        work,
                        OPS.resolve("bench/bench").toString(),
                        "--check",
                        "--loads=manifest-tag-32,manifest-tag-tls-32,blob-head-32,tags,push-one-64,mount-32",
                        "--out=" + out)
                .run();

        assertThat(out.resolve("bench.md"))
                .content()
                .containsPattern("(?m)^\\| manifest by tag, 32, /s \\| [1-9].* \\| [1-9].* \\| [1-9]")
                .contains("| mount into a new repository");
        assertThat(out.resolve("bench.json")).content().contains("\"p99\"");
        assertThat(out.resolve("bench.svg")).content().startsWith("<svg");
    }

    /** The packages, and what the service manager says of the units where they are installed. */
    @Test
    @NeedsCommand({"rpmbuild", "systemd-analyze"})
    void packagesBuildAndTheirUnitsAreValid() throws Exception {
        // rpmbuild takes no directory with a blank in its name
        Path packing = Files.createTempDirectory("rpm");
        // The directory is relative to where it is called
        Command.Result packed =
                Command.of(packing, OPS.resolve("rpm/dist").toString(), ".").attempt();
        assertThat(packed.err()).isEmpty();
        assertThat(packed.out()).startsWith(packing + "/oci-registry-").endsWith(".tar.gz\n");
        List<String> line = new ArrayList<>(
                List.of("rpmbuild", "-bb", "--quiet", "--noclean", "--buildroot=" + packing.resolve("root")));
        // Packed as fast as can be, for nobody keeps them
        for (String macro : List.of("_topdir " + packing, "_sourcedir " + packing, "_binary_payload w1.gzdio")) {
            line.addAll(List.of("--define", macro));
        }
        line.add(OPS.resolve("rpm/oci-registry.spec").toString());
        new Command(packing, Map.of(), line).run();

        try (Stream<Path> packages = Files.list(packing.resolve("RPMS/noarch"))) {
            assertThat(packages.map(path -> path.getFileName().toString().replaceAll("-[0-9].*", "")))
                    .containsExactlyInAnyOrder("oci-registry", "oci-registry-lb", "oci-registry-checks");
        }
        Path root = packing.resolve("root");
        assertCommandRunsWhatIsInstalled(root);
        assertLinksLeadToDocuments(root.resolve("usr/share/doc/oci-registry"));
        assertArchiveHasWhatTheRoleInstalls(Path.of(packed.out().strip()));
        Path units = root.resolve("usr/lib/systemd/system");
        List<String> verify = new ArrayList<>(List.of("systemd-analyze", "--root=" + root, "verify"));
        try (Stream<Path> files = Files.list(units)) {
            for (Path unit : files.toList()) {
                verify.add(unit.getFileName().toString());
                assertThat(DOCUMENTATION.matcher(Files.readString(unit)).results())
                        .isNotEmpty()
                        .allSatisfy(match ->
                                assertThat(root.resolve(match.group(1))).exists());
            }
        }
        assertThat(verify).contains("oci-registry.service", "oci-registry-lb.service");
        // What ours refer to is the system's
        Command.of(work, "sh", "-c", "cp /usr/lib/systemd/system/*.target \"$0\"", units.toString())
                .run();
        Command.Result verified = new Command(work, Map.of(), verify).attempt();

        assertThat(verified.out() + verified.err()).isEmpty();
        assertThat(verified.status()).isZero();
        BuildDirectory.delete(root);
        BuildDirectory.delete(packing);
    }

    private static void assertCommandRunsWhatIsInstalled(Path root) throws Exception {
        Map<String, String> environment = Map.of(
                "OCI_REGISTRY_LIBEXEC", root.resolve("usr/libexec/oci-registry").toString());
        String program = root.resolve("usr/bin/oci-registry").toString();
        for (String command : List.of(
                "config",
                "events",
                "verify-tree",
                "collect-garbage",
                "tls-keystore",
                "sbom",
                "collect",
                "retain",
                "scrub")) {
            assertThat(new Command(work, environment, List.of(program, command, "--help")).run())
                    .containsIgnoringCase("usage: ")
                    .contains(command);
        }
        Command.Result unknown = new Command(work, environment, List.of(program, "serve")).attempt();
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("no command 'serve'");
    }

    private static void assertLinksLeadToDocuments(Path directory) throws Exception {
        List<Path> documents;
        try (Stream<Path> files = Files.walk(directory)) {
            documents = files.filter(file -> file.toString().endsWith(".md")).toList();
        }
        assertThat(documents).contains(directory.resolve("README.md"), directory.resolve("ops/SOP.md"));
        for (Path document : documents) {
            assertThat(LINK.matcher(Files.readString(document)).results().map(match -> match.group(1)))
                    .allSatisfy(link -> assertThat(document.resolveSibling(link))
                            .as("link of " + document)
                            .exists());
        }
    }

    /** The role copies these files from the archive where there is no package. */
    private static void assertArchiveHasWhatTheRoleInstalls(Path archive) throws Exception {
        List<String> packed = Command.of(work, "tar", "-tzf", archive.toString())
                .run()
                .lines()
                .map(line -> line.substring(line.indexOf('/') + 1))
                .toList();
        String role = Files.readString(OPS.resolve("ansible/roles/registry/tasks/archive.yml"));
        Matcher scripts = SCRIPTS.matcher(role);
        assertThat(scripts.find()).isTrue();
        List<String> installed = scripts.group(1)
                .lines()
                .map(line -> line.substring(line.indexOf('-') + 1).strip())
                .toList();

        assertThat(installed).contains("systemd/prepare", "collect", "server.sh");
        assertThat(packed).containsAll(installed);
        assertThat(packed)
                .contains("oci-registry", "server/bin/standalone.sh", "lb/bin/standalone.sh", "registry.war")
                .contains("systemd/oci-registry.service", "systemd/oci-registry-lb.service");
    }

    /** Of a JVM below a shell, as {@code bin/standalone.sh} has it. */
    @Test
    void configurationOfARunningServerIsTold() throws Exception {
        // WildFly's main class gets options as arguments, too
        Files.writeString(work.resolve("Sleep.java"), """
                class Sleep {
                    public static void main(String... arguments) throws InterruptedException {
                        Thread.sleep(60_000);
                    }
                }
                """);
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "\"$0\" '-Dregistry.nfs.root=/srv/a registry' Sleep.java"
                        + " -Dregistry.nfs.max-waiting=0 -Dregistry.nfs.max-connections=-1 & wait",
                System.getProperty("java.home") + "/bin/java");
        builder.environment().putAll(Map.of("REGISTRY_NFS_MAX_WAITING", "7", "REGISTRY_TLS_PASSWORD", "open sesame"));
        Process shell = builder.directory(work.toFile()).start();
        try {
            Await.until(
                    "its JVM",
                    Duration.ofSeconds(30),
                    () -> shell.children()
                            .anyMatch(child -> child.info().command().orElse("").endsWith("/java")));
            Command.Result told = config("--pid", Long.toString(shell.pid()));

            assertThat(told.out())
                    .contains("registry.nfs.root = /srv/a registry (system property)\n")
                    .contains("registry.nfs.max-waiting = 0 (system property)\n")
                    .contains("registry.tls.password = (withheld) (environment variable REGISTRY_TLS_PASSWORD)\n")
                    .doesNotContain("sesame");
            assertThat(told.err())
                    .isEqualTo(
                            "config: the registry would not start: registry.nfs.max-connections is not above 0: -1\n");
            assertThat(told.status()).isEqualTo(1);
        } finally {
            shell.descendants().forEach(ProcessHandle::destroy);
            shell.destroy();
        }
    }

    @Test
    void configurationIsCheckedBeforeTheStart() throws Exception {
        Path file = Files.writeString(work.resolve("registry.env"), """
                # The root
                REGISTRY_NFS_ROOT="/srv/registry"
                REGISTRY_NFS_MAX_WAITING=8
                #REGISTRY_WAT=1
                JAVA_OPTS=-Xmx2g -Dregistry.read-only=true
                """);
        Command.Result told = config("--env-file=" + file);

        assertThat(told.err()).isEmpty();
        assertThat(told.status()).isZero();
        assertThat(told.out())
                .contains("registry.nfs.root = /srv/registry (environment variable REGISTRY_NFS_ROOT)\n")
                .contains("registry.nfs.max-waiting = 8 (environment variable REGISTRY_NFS_MAX_WAITING)\n")
                .contains("registry.read-only = true (system property)\n");

        assertThat(config("-Dregistry.wat=1").err())
                .isEqualTo("config: the registry would not start: registry.wat is no configuration key;"
                        + " registry.nfs.root is not set\n");
        assertThat(config("--pid=x").err()).isEqualTo("config: there is no process 'x'\n");
    }

    private static Command.Result config(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(OPS.resolve("config").toString()));
        line.addAll(List.of(arguments));
        return new Command(work, Map.of("JAVA_HOME", System.getProperty("java.home")), line).attempt();
    }

    /** Some clients refuse lines that end with CR LF, as keytool writes them. */
    @Test
    void selfSignedCertificateHasOrdinaryLines() throws Exception {
        Path keyStore = work.resolve("self-signed.p12");
        new Command(
                        work,
                        Map.of("JAVA_HOME", System.getProperty("java.home")),
                        List.of(OPS.resolve("tls-keystore").toString(), "--self-signed", keyStore.toString()))
                .run();

        assertThat(work.resolve("self-signed.crt"))
                .content()
                .startsWith("-----BEGIN CERTIFICATE-----\n")
                .endsWith("-----END CERTIFICATE-----\n")
                .doesNotContain("\r");
    }
}
