package org.fedoraproject.registry.edge;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Servlet requests without a container. */
public final class Requests {
    private Requests() {}

    /** One that has nothing but a method, a path, an address and attributes. */
    public static HttpServletRequest of(String httpMethod, String uri) {
        return make(httpMethod, uri, null);
    }

    /** A GET with a query. */
    public static HttpServletRequest withQuery(String uri, String query) {
        return make("GET", uri, query);
    }

    private static HttpServletRequest make(String httpMethod, String uri, String query) {
        Map<String, Object> attributes = new HashMap<>();
        return (HttpServletRequest) Proxy.newProxyInstance(
                Requests.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getMethod" -> httpMethod;
                    case "getRequestURI" -> uri;
                    case "getDispatcherType" -> DispatcherType.REQUEST;
                    case "getQueryString" -> query;
                    case "getRemoteAddr" -> "192.0.2.1";
                    case "getHeaders" -> Collections.emptyEnumeration();
                    case "getAttribute" -> attributes.get((String) arguments[0]);
                    case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                    case "removeAttribute" -> attributes.remove((String) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }
}
