package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Debian's Chromium, without a window. */
public final class Chromium {
    private Chromium() {}

    /**
     * Starts one, which the caller quits.
     *
     * @param work for its profile and log, which are of its own
     */
    public static ChromeDriver start(Path work) throws IOException {
        Path profile = Files.createTempDirectory(work, "chromium");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(
                        Command.find("chromedriver").orElseThrow().toFile())
                .usingAnyFreePort()
                .withLogFile(
                        profile.resolveSibling(profile.getFileName() + ".log").toFile())
                .build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Command.find("chromium").orElseThrow().toFile());
        options.setAcceptInsecureCerts(true);
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run");
        options.addArguments("--disable-background-networking", "--disable-component-update", "--disable-sync");
        options.addArguments("--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + profile);
        return new ChromeDriver(service, options);
    }
}
