package org.fedoraproject.registry.edge;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.fedoraproject.registry.http.AnswerHeaders;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.http.Limits;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * What every request gets: the headers that clients look for on all answers, also on errors, with an id for the log; and a refusal
 * of what is too long, and of paths that the layers below would read in different ways.
 */
public class RequestFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    /** As many bytes as a file can have. */
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private final transient Limits limits;
    private final transient ErrorWriter errors;

    @Inject
    public RequestFilter(Limits limits, ErrorWriter errors) {
        this.limits = limits;
        this.errors = errors;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String uri = request.getRequestURI();
        AnswerHeaders.add(response::setHeader, uri, request.getHeader(AnswerHeaders.REQUEST_ID));
        if (isAcceptable(request, uri, response)) {
            chain.doFilter(request, response);
        }
    }

    /** Where it is not, it is answered. */
    private boolean isAcceptable(HttpServletRequest request, String uri, HttpServletResponse response)
            throws IOException {
        if (request.getMethod().equals("TRACE")) { // which would send back what proxies in front have added
            response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            errors.write(response, 405, ErrorCode.UNSUPPORTED, null);
            return false;
        }
        if (!hasKnownLength(request)) {
            response.setHeader("Connection", "close"); // nobody can tell where the next request begins
            errors.write(response, 400, ErrorCode.SIZE_INVALID, "the body's length or transfer coding");
            return false;
        }
        if (limits.isUrlTooLong(uri, request.getQueryString())) {
            errors.write(response, 414, ErrorCode.NAME_INVALID, "the URL is too long");
            return false;
        }
        if (limits.areHeadersTooLong(request)) {
            errors.write(response, 431, ErrorCode.UNSUPPORTED, "the headers are too long");
            return false;
        }
        try {
            RequestPath.parse(uri).attachTo(request);
            return true;
        } catch (RegistryException e) {
            errors.write(response, e);
            return false;
        }
    }

    /**
     * Whether it can be told where the body ends: by one length that is a number, or by the transfer coding {@code chunked} alone
     * (RFC 9112, 6.3). Undertow takes any coding for that in whose name it is, and a number that is none is an error when it is
     * asked for.
     */
    private static boolean hasKnownLength(HttpServletRequest request) {
        List<String> codings = Collections.list(request.getHeaders("Transfer-Encoding"));
        List<String> lengths = Collections.list(request.getHeaders("Content-Length"));
        if (!codings.isEmpty()) {
            return lengths.isEmpty()
                    && codings.size() == 1
                    && codings.getFirst().strip().equalsIgnoreCase("chunked");
        }
        return lengths.isEmpty()
                || lengths.size() == 1 && LENGTH.matcher(lengths.getFirst()).matches();
    }
}
