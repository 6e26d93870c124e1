package org.fedoraproject.registry.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Nu Html Checker, on files. */
public final class HtmlValidator {
    private HtmlValidator() {}

    /** What is wrong with the files, one finding to a line. */
    public static List<String> errors(List<Path> files) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("vnu") + "/*",
                "nu.validator.client.SimpleCommandLineValidator",
                "--format",
                "gnu",
                "--errors-only"));
        files.forEach(file -> line.add(file.toString()));
        Path said = files.getFirst().resolveSibling("validator.txt");
        Process checker = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        checker.waitFor();
        return Files.readAllLines(said);
    }
}
