package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
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
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.http.Limit;
import org.fedoraproject.registry.http.Limits;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.repository.HeapBudget;

/**
 * What every request gets: the headers that clients look for on all answers, also on errors, with an id for the log; and a refusal
 * of what is too long, and of paths that the layers below would read in different ways.
 */
public class RequestFilter extends HttpFilter {
    /** Request attribute: the container's own response. JAX-RS hands out a wrapper whose stream takes no file. */
    static final String RESPONSE = RequestFilter.class.getName() + ".response";

    /** Request attribute: an {@link HeapBudget.ResponseReservation}. */
    private static final String ANSWER = RequestFilter.class.getName() + ".answer";

    private static final long serialVersionUID = 1;

    /**
     * Escapes that hide a dot, a control character or what is not ASCII; path parameters; empty segments; and what
     * RFC 3986 keeps out of paths.
     */
    private static final Pattern AMBIGUOUS = Pattern.compile(
            "%2e|%5c|%[0189a-f][0-9a-f]|%7f|%(?![0-9a-f]{2})|//|[^a-z0-9._~!$&'()*+,=:@%/-]", Pattern.CASE_INSENSITIVE);

    /** As many bytes as a file can have. */
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private final transient Limits limits;
    private final transient Jsonb jsonb = JsonbBuilder.create();

    @Inject
    public RequestFilter(Limits limits) {
        this.limits = limits;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        AnswerHeaders.add(response::setHeader, request.getRequestURI(), request.getHeader("X-Request-Id"));
        String path = PlainRequest.decoded(request.getRequestURI());
        if (request.getMethod().equals("TRACE")) { // which would send back what proxies in front have added
            response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            Errors.write(response, jsonb, 405, ErrorCode.UNSUPPORTED, null);
        } else if (!hasKnownLength(request)) {
            response.setHeader("Connection", "close"); // nobody can tell where the next request begins
            Errors.write(response, jsonb, 400, ErrorCode.SIZE_INVALID, "the body's length or transfer coding");
        } else if (limits.isTooLong(request, Limit.URL)) {
            Errors.write(response, jsonb, 414, ErrorCode.NAME_INVALID, "the URL is too long");
        } else if (limits.isTooLong(request, Limit.HEADERS)) {
            Errors.write(response, jsonb, 431, ErrorCode.UNSUPPORTED, "the headers are too long");
        } else if (AMBIGUOUS.matcher(path).find()) {
            Errors.write(
                    response,
                    jsonb,
                    400,
                    ErrorCode.NAME_INVALID,
                    "the path has a character or an escape that none of ours has");
        } else {
            request.setAttribute(RESPONSE, response);
            serve(request, response, chain);
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(PlainRequest.of(request), response);
        } finally {
            if (request.getAttribute(ANSWER) instanceof HeapBudget.ResponseReservation answer) {
                answer.close();
            }
        }
    }

    /** What the request's answer holds of the heap, until it is sent. */
    static HeapBudget.ResponseReservation answer(HttpServletRequest request, HeapBudget heapBudget) {
        HeapBudget.ResponseReservation answer = heapBudget.reserveForResponse();
        request.setAttribute(ANSWER, answer);
        return answer;
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
