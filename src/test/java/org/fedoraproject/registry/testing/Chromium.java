package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.FluentWait;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium, without a window. */
public final class Chromium {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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

    /**
     * Waits for what a page comes to show. While a page gives way to the next one or draws itself anew, the browser refuses to
     * look, in several ways: then it looks again, and what it said last is the cause of the timeout.
     */
    public static FluentWait<WebDriver> patience(ChromeDriver driver) {
        return new WebDriverWait(driver, PATIENCE).ignoring(WebDriverException.class);
    }
}
