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
import org.fedoraproject.registry.limit.Limits;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * The filter of every request. Sets the headers that clients expect on all answers, errors included, with an id for the
 * log. Refuses what is too long, and paths that the layers below would read in different ways.
 */
public class RequestFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    /** Enough digits for the size of any file. */
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

    /** If not, answers the request. */
    private boolean isAcceptable(HttpServletRequest request, String uri, HttpServletResponse response)
            throws IOException {
        if (request.getMethod().equals("TRACE")) { // it would echo what proxies in front have added
            response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            errors.write(response, 405, ErrorCode.UNSUPPORTED, null);
            return false;
        }
        if (!hasKnownLength(request)) {
            response.setHeader("Connection", "close"); // the start of the next request is unknown
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
     * Whether the end of the body is known: from a single numeric length, or from {@code chunked} as the only transfer
     * coding (RFC 9112, 6.3). Undertow accepts any coding whose name contains {@code chunked}, and throws on a length
     * that is not a number when it is read.
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
