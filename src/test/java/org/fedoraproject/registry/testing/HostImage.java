package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The root of an image to build on, made without a network: a few programs of this host, the libraries that they need, and the
 * JDK that runs the tests.
 */
public final class HostImage {
    private static final List<String> PROGRAMS = List.of(
            "bash",
            "sh",
            "basename",
            "cat",
            "chmod",
            "chown",
            "cmp",
            "cp",
            "cut",
            "dirname",
            "env",
            "expr",
            "find",
            "grep",
            "head",
            "id",
            "install",
            "ls",
            "mkdir",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sha256sum",
            "sleep",
            "sort",
            "tail",
            "timeout",
            "touch",
            "tr",
            "uname",
            "wc");

    private static final Pattern LIBRARY = Pattern.compile("(?m)^\\s+(?:\\S+ => )?(/.+) \\(0x");
    private static final Path C_UTF8 = Path.of("usr/lib/locale/C.utf8");

    private final Path context;
    private final Path root;

    private HostImage(Path context) {
        this.context = context;
        this.root = context.resolve("root");
    }

    /**
     * Writes a build context with a Containerfile.
     *
     * @param context an empty directory
     */
    public static void write(Path context) throws IOException, InterruptedException {
        HostImage image = new HostImage(context);
        image.makeDirectories();
        image.copyJdk();
        image.copyPrograms();
        image.copyLibraries();
        Files.writeString(context.resolve("Containerfile"), """
                FROM scratch
                COPY root/ /
                ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/usr/bin
                """);
    }

    private void makeDirectories() throws IOException, InterruptedException {
        for (String directory : List.of("usr/bin", "usr/lib", "usr/lib64", "opt", "etc", "proc", "sys", "dev", "run")) {
            Files.createDirectories(root.resolve(directory));
        }
        for (String link : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        run("mkdir", "-m", "1777", root.resolve("tmp").toString());
        Path locale = Path.of("/").resolve(C_UTF8);
        if (Files.exists(locale)) {
            Path parent = Files.createDirectories(root.resolve(C_UTF8).getParent());
            run("cp", "-r", locale.toString(), parent.toString());
        }
    }

    private void copyJdk() throws IOException, InterruptedException {
        Path java = root.resolve("opt/java");
        run("cp", "-rL", System.getProperty("java.home"), java.toString());
        for (String unused : List.of("jmods", "lib/src.zip", "lib/ct.sym")) {
            run("rm", "-rf", java.resolve(unused).toString());
        }
    }

    private void copyPrograms() throws IOException {
        for (String program : PROGRAMS) {
            Path found = Command.find(program).orElseThrow(() -> new AssertionError("not installed: " + program));
            Files.copy(found, root.resolve("usr/bin").resolve(program));
        }
    }

    private void copyLibraries() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("ldd"));
        for (Path directory : List.of(root.resolve("usr/bin"), root.resolve("opt/java"))) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(HostImage::mayBeLinked).forEach(file -> line.add(file.toString()));
            }
        }
        String java = root.resolve("opt/java").toString();
        List<String> libraries = LIBRARY.matcher(
                        new Command(context, Map.of(), line).attempt().out())
                .results()
                .map(match -> match.group(1))
                .filter(library -> !library.startsWith(java))
                .distinct()
                .toList();
        for (String library : libraries) {
            Path target = root.resolve(library.substring(1));
            Files.createDirectories(target.getParent());
            if (!Files.exists(target)) {
                Files.copy(Path.of(library), target);
            }
        }
    }

    private static boolean mayBeLinked(Path file) {
        return Files.isRegularFile(file)
                && (file.getParent().endsWith("bin") || file.toString().endsWith(".so"));
    }

    private void run(String... line) throws IOException, InterruptedException {
        Command.of(context, line).run();
    }
}
