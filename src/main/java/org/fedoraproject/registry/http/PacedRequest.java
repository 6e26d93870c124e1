package org.fedoraproject.registry.http;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.time.Duration;

/** A request whose body must come at a rate, lest a thread waits for each byte of it as long as the client likes. */
final class PacedRequest extends HttpServletRequestWrapper {
    private final int rate;
    private final Duration patience;
    private final Runnable tooSlow;
    private PacedBody body;

    /**
     * @param rate in bytes a second
     * @param patience how much longer than the rate asks for the body may take in all
     * @param tooSlow called when it took longer
     */
    PacedRequest(HttpServletRequest request, int rate, Duration patience, Runnable tooSlow) {
        super(request);
        this.rate = rate;
        this.patience = patience;
        this.tooSlow = tooSlow;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (body == null) {
            body = new PacedBody(super.getInputStream(), rate, patience, tooSlow);
        }
        return body;
    }
}
