package org.fedoraproject.registry.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.fedoraproject.registry.http.AnswerHeaders;

/** A request as a trace tells of it: as the client sent it to our outermost proxy. */
public record TracedRequest(HttpServletRequest http, HttpServletResponse response) {

    /** Any text. */
    public String method() {
        return http.getMethod();
    }

    public String path() {
        return http.getRequestURI();
    }

    public String scheme() {
        return http.getScheme();
    }

    public String host() {
        return http.getServerName();
    }

    public int port() {
        return http.getServerPort();
    }

    /** The client's address. */
    public String client() {
        return http.getRemoteAddr();
    }

    /** {@code null} if there is none. */
    public String header(String name) {
        return http.getHeader(name);
    }

    /** As the log has it. */
    public String id() {
        return response.getHeader(AnswerHeaders.REQUEST_ID);
    }
}
