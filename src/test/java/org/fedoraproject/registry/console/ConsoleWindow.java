package org.fedoraproject.registry.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.page.PageBrowser;
import org.fedoraproject.registry.testing.Chromium;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.FluentWait;

/** The console in a headless Chromium. */
final class ConsoleWindow implements AutoCloseable {
    private static final int HEIGHT = 900;

    private final PageBrowser browser;
    private final ChromeDriver driver;
    private final FluentWait<WebDriver> wait;
    private final String origin;

    /** @param work for the browser's profile, and for pictures */
    ConsoleWindow(Path work, int port) throws IOException {
        this.browser = new PageBrowser(work);
        this.driver = browser.driver();
        this.wait = Chromium.patience(driver);
        this.origin = "http://127.0.0.1:" + port;
    }

    void open(String path) {
        driver.get(origin + path);
    }

    void look(boolean dark, int width) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void script(boolean on) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !on));
    }

    void fill(String name, String value) {
        WebElement field = wait.until(ExpectedConditions.visibilityOfElementLocated(By.name(name)));
        field.clear();
        field.sendKeys(value);
    }

    /** @param button the text of the first one */
    void press(String button) {
        wait.until(ExpectedConditions.elementToBeClickable(By.xpath("//button[normalize-space()='" + button + "']")))
                .click();
    }

    void see(String text) {
        wait.until(ExpectedConditions.textToBePresentInElementLocated(By.tagName("main"), text));
    }

    void signIn(String user, String password) {
        open("/console/");
        fill("user", user);
        fill("password", password);
        press("Sign in");
        see("You have signed in as " + user);
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** Whether one has to scroll sideways. */
    boolean overflows() {
        return (Boolean) driver.executeScript(
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth");
    }

    /** What axe-core finds that is serious or critical; needs scripts. */
    List<String> barriers() {
        return browser.barriers();
    }

    /** Follows a link. */
    void follow(String text) {
        wait.until(ExpectedConditions.elementToBeClickable(By.linkText(text))).click();
    }

    /** What the browser has complained about, such as the content security policy. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(entry -> entry.getMessage())
                .toList();
    }

    void picture(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
