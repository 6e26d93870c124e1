package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fedoraproject.registry.testing.Chromium;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.FluentWait;

/**
 * WildFly's admin console in a headless Chromium of its own, as a user sees it. With the system property {@code it.pictures}, a
 * directory, it takes the pictures of {@code ops/CONSOLE.md}.
 */
final class ConsoleBrowser implements AutoCloseable {
    private static final String PICTURES = System.getProperty("it.pictures");

    private final String authority;
    private final String user;
    private final String password;
    private final ChromeDriver driver;
    private final FluentWait<WebDriver> wait;

    /** One that knows no password. */
    ConsoleBrowser(Path work, int port) throws IOException {
        this(work, port, "", "");
    }

    /** @param work for the browser's profile and log */
    ConsoleBrowser(Path work, int port, String user, String password) throws IOException {
        this.authority = "127.0.0.2:" + port;
        this.user = user;
        this.password = password;
        driver = Chromium.start(work);
        // the page itself is 1280 by about 800
        driver.manage().window().setSize(new Dimension(1280, 940));
        wait = Chromium.patience(driver);
    }

    /** Asks for the management API, which is what the console works with; the browser signs in for both. Returns the status. */
    int signIn() {
        driver.get("https://" + user + ":" + password + "@" + authority + "/management");
        return ((Number) script("return performance.getEntriesByType('navigation')[0].responseStatus")).intValue();
    }

    /** Opens the console, which sends to an {@link org.fedoraproject.registry.testing.OpenIdProvider}, and says there who it is. */
    void signInAtProvider(String name) {
        driver.get("https://" + authority + "/console/index.html");
        fill("#username", name);
        click("#login");
        see("#hal-root-container, .bootstrap-error");
    }

    /** @param place in the console, the part of its URL after the {@code #} */
    void open(String place) {
        driver.get("https://" + authority + "/console/index.html#" + place);
        see("#hal-root-container");
    }

    /** Opens the page of deployments, and waits for it to say that the registry runs. */
    void openDeployment() {
        open("deployments");
        click("#dply-registrywar");
        see("#hal-finder-preview", "is enabled and active");
    }

    /** Waits for what is at a selector. */
    WebElement see(String css) {
        return wait.until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    /** Waits for a text somewhere in what is at a selector. */
    void see(String css, String text) {
        wait.until(driver -> driver.findElements(By.cssSelector(css)).stream()
                .anyMatch(element -> element.isDisplayed() && element.getText().contains(text)));
    }

    /** The same on a page that shows news only when it is refreshed, by what is at another selector. */
    void see(String css, String text, String refresh) {
        wait.until(driver -> {
            script("document.querySelector(arguments[0])?.click()", refresh); // a message may be in front of it
            return driver.findElements(By.cssSelector(css)).stream()
                    .anyMatch(element -> element.getText().contains(text));
        });
    }

    boolean sees(String css) {
        return driver.findElements(By.cssSelector(css)).stream().anyMatch(WebElement::isDisplayed);
    }

    void click(String css) {
        act(ExpectedConditions.elementToBeClickable(By.cssSelector(css)), WebElement::click);
    }

    /** @param text of the innermost element, exactly */
    void click(String css, String text) {
        String inside = "[normalize-space(text())='" + text + "']";
        act(
                driver -> driver.findElements(By.cssSelector(css)).stream()
                        .flatMap(element ->
                                element.findElements(By.xpath(".//*" + inside + "|self::*" + inside)).stream())
                        .filter(WebElement::isDisplayed)
                        .findFirst()
                        .orElse(null),
                WebElement::click);
    }

    /** The console draws its pages anew as answers come in, also between the look and the act: then it does both again. */
    private void act(Function<WebDriver, WebElement> look, Consumer<WebElement> act) {
        wait.until(driver -> {
            WebElement element = look.apply(driver);
            if (element != null) {
                act.accept(element);
            }
            return element;
        });
    }

    /** Gives a value to a field that takes several. */
    void add(String css, String value) {
        type(css, value, Keys.ENTER);
    }

    void fill(String css, String value) {
        type(css, value);
    }

    private void type(String css, CharSequence... keys) {
        act(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)), element -> element.sendKeys(keys));
    }

    /** Gives a file to a field, which may be out of sight. */
    void upload(String css, Path file) {
        act(
                ExpectedConditions.presenceOfElementLocated(By.cssSelector(css)),
                element -> element.sendKeys(file.toString()));
    }

    void gone(String css) {
        wait.until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
    }

    Object script(String javascript, Object... arguments) {
        return driver.executeScript(javascript, arguments);
    }

    /** Makes a picture of what is there, if pictures are wanted. */
    void picture(String name) throws IOException, InterruptedException {
        if (PICTURES != null) {
            // until what moves has come to rest, and messages are gone
            Thread.sleep(1500);
            gone(".toast-notifications-list-pf .alert");
            Path directory = Files.createDirectories(Path.of(PICTURES));
            Files.write(directory.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
