package org.fedoraproject.registry.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.testing.Chromium;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.chrome.ChromeDriver;

/** A headless Chromium that looks at pages as different readers do, and takes pictures of them. */
public final class PageBrowser implements AutoCloseable {
    private static final int HEIGHT = 900;

    private final Path pictures;
    private final ChromeDriver driver;
    private final String axe;

    /**
     * How a reader sees a page.
     *
     * @param width of the window in pixels
     */
    public record View(boolean dark, int width, boolean scripts) {
        @Override
        public String toString() {
            return (dark ? "dark-" : "light-") + width + (scripts ? "" : "-without-scripts");
        }

        /** Some of all, so that each two values come together once. */
        public static List<View> some() {
            return List.of(
                    new View(false, 1280, true),
                    new View(true, 360, true),
                    new View(true, 1280, false),
                    new View(false, 360, false));
        }
    }

    /** @param work for the browser's profile; the pictures are there too */
    public PageBrowser(Path work) throws IOException {
        pictures = Files.createDirectories(work.resolve("pictures"));
        driver = Chromium.start(work);
        try (InputStream script = PageBrowser.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Opens a page. */
    public void open(String url, View view) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", view.dark() ? "dark" : "light"),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", view.width(), "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !view.scripts()));
        driver.get(url);
    }

    /** Makes a picture of the whole page, or of its upper part if it is very long. */
    public void picture(String name) throws IOException {
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip()));
        byte[] png = java.util.Base64.getDecoder().decode((String) shot.get("data"));
        Files.write(pictures.resolve(name + ".png"), png);
    }

    private Map<String, Object> clip() {
        Map<?, ?> metrics = (Map<?, ?>)
                driver.executeCdpCommand("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        double height = Math.min(((Number) metrics.get("height")).doubleValue(), 3000);
        double width = ((Number) metrics.get("width")).doubleValue();
        return Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
    }

    /** By how many pixels the page is wider than the window; works without scripts of the page. */
    public double overflow() {
        Map<?, ?> size = (Map<?, ?>)
                driver.executeCdpCommand("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        Map<?, ?> window = (Map<?, ?>)
                driver.executeCdpCommand("Page.getLayoutMetrics", Map.of()).get("cssLayoutViewport");
        return ((Number) size.get("width")).doubleValue() - ((Number) window.get("clientWidth")).doubleValue();
    }

    /** What axe-core finds that is serious or critical; needs scripts. */
    public List<String> barriers() {
        JavascriptExecutor page = driver;
        page.executeScript(axe);
        Object found = page.executeAsyncScript("""
                const done = arguments[0];
                axe.run(document, {resultTypes: ["violations"]}).then(result => done(result.violations
                    .filter(each => each.impact === "serious" || each.impact === "critical")
                    .map(each => each.id + ": " + each.help + ": "
                        + each.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | "))));
                """);
        return ((List<?>) found).stream().map(Object::toString).toList();
    }

    /** What the browser's log says, such as of things that the policy forbids. */
    public List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .filter(entry -> !entry.contains("status of 404"))
                .toList();
    }

    public String text(String css) {
        return driver.findElement(By.cssSelector(css)).getText();
    }

    public int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    public Object script(String javascript) {
        return driver.executeScript(javascript);
    }

    public ChromeDriver driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
