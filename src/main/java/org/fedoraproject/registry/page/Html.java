package org.fedoraproject.registry.page;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;

/** Makes an answer of a template. A browser runs no script and loads nothing but what this host serves as a file. */
public final class Html {
    /** The {@code Content-Security-Policy} of all pages: no script, style or picture inside a page, no other host. */
    public static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'self';" + " frame-ancestors 'none'; object-src 'none'";

    private static final int USUAL_SIZE = 16 * 1024;

    private Html() {}

    /** The call of a template's class, such as {@code out -> JtehomeGenerated.render(out, null, page)}. */
    @FunctionalInterface
    public interface Template {
        void render(HtmlTemplateOutput out);
    }

    /**
     * An answer that no shared cache keeps, and that the browser checks each time.
     *
     * @param status of HTTP
     */
    public static Response.ResponseBuilder answer(int status, Template template) {
        byte[] body = text(template).getBytes(StandardCharsets.UTF_8);
        return Response.status(status)
                .entity(body)
                .header("Content-Type", "text/html; charset=utf-8")
                .header("Content-Length", body.length)
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "same-origin")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Vary", "Accept, Authorization, Cookie")
                .header("Cache-Control", "private, no-cache");
    }

    /** The page's text. */
    public static String text(Template template) {
        StringOutput out = new StringOutput(USUAL_SIZE);
        template.render(new OwaspHtmlTemplateOutput(out));
        return out.toString();
    }
}
