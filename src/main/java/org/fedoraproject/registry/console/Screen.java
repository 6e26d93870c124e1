package org.fedoraproject.registry.console;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.page.Html;
import org.fedoraproject.registry.page.Layout;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.page.Site;

/** Writes pages, with the links that the caller may follow. */
@Singleton
class Screen {
    private final Site site;
    private final Optional<URI> server;
    private final List<ConsolePage> pages;

    @Inject
    Screen(Site site, ConsoleConfig config, @Any Instance<ConsolePage> pages) {
        this.site = site;
        this.server = config.server();
        this.pages = pages.stream()
                .filter(page -> !page.place().link().isEmpty())
                .sorted(Comparator.comparing(ConsolePage::place))
                .toList();
    }

    /** For nobody in particular. */
    void write(HttpServletResponse response, Answer answer) throws IOException {
        write(null, response, answer);
    }

    void write(Visit visit, Answer answer) throws IOException {
        write(visit, visit.response(), answer);
    }

    /** @param visit {@code null} for nobody in particular */
    void write(Visit visit, HttpServletResponse response, Answer answer) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Referrer-Policy", "same-origin"); // forms need their origin
        response.setStatus(status(answer));
        switch (answer) {
            case Answer.Redirect redirect -> response.setHeader("Location", redirect.location());
            case Answer.Farewell farewell -> write(null, response, farewell.sheet());
            case Sheet sheet -> write(visit, response, sheet);
        }
    }

    int status(Answer answer) {
        return switch (answer) {
            case Answer.Redirect redirect -> HttpServletResponse.SC_SEE_OTHER;
            case Answer.Farewell farewell -> farewell.sheet().status();
            case Sheet sheet -> sheet.status();
        };
    }

    private void write(Visit visit, HttpServletResponse response, Sheet sheet) throws IOException {
        boolean known = visit != null && !visit.caller().name().isEmpty();
        Layout layout = new Layout(
                site,
                sheet.title(),
                known ? links(visit, sheet) : List.of(new Link("/", "Front page", false)),
                known ? visit.caller().name() : "",
                scripts(sheet));
        String token = visit == null ? "" : FormToken.of(visit.secret());
        Optional<Form> signOut = known ? Optional.of(Form.of(Command.SIGN_OUT, "Sign out")) : Optional.empty();
        byte[] body = Html.text(out -> JtesheetGenerated.render(out, null, layout, sheet, token, signOut, now(visit)))
                .getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html; charset=utf-8");
        response.setHeader("Content-Security-Policy", Html.POLICY);
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static List<String> scripts(Sheet sheet) {
        boolean hasCharts = sheet.parts().stream().anyMatch(Part.Chart.class::isInstance);
        return hasCharts ? List.of("page.js", "console.js", "uplot.js", "chart.js") : List.of("page.js", "console.js");
    }

    private static Instant now(Visit visit) {
        return visit == null ? Instant.now() : visit.now();
    }

    private List<Link> links(Visit visit, Sheet sheet) {
        List<Link> links = new ArrayList<>();
        links.add(new Link("/", "Front page", false));
        pages.stream()
                .filter(page -> page.isFor(visit))
                .map(ConsolePage::place)
                .forEach(place -> links.add(
                        new Link(place.path(), place.link(), place.link().equals(sheet.title()))));
        if (visit.operates()) {
            server.ifPresent(url -> links.add(new Link(url.toString(), "Server", false)));
        }
        return links;
    }
}
