package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.junit.jupiter.api.Test;

class ErrorWriterTest {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Map<String, Object> answered = new TreeMap<>();
    private final ErrorWriter errors = new ErrorWriter(new Json());

    @Test
    void errorIsInUtf8() throws Exception {
        errors.write(response(), 400, ErrorCode.NAME_INVALID, "no name: \u00e9\u20ac");

        assertThat(body.toString(StandardCharsets.UTF_8)).contains("\"detail\":\"no name: \u00e9\u20ac\"");
        assertThat(answered)
                .containsEntry("status", 400)
                .containsEntry("type", "application/json")
                .containsEntry("Cache-Control", "no-store");
    }

    @Test
    void refusalHasAllItsDetailsAndHeaders() throws Exception {
        errors.write(
                response(),
                RegistryException.of(ErrorCode.TOOMANYREQUESTS, List.of("a", "b"))
                        .withHeader("Retry-After", "5"));

        assertThat(body.toString(StandardCharsets.UTF_8)).contains("\"a\"", "\"b\"");
        assertThat(answered).containsEntry("status", 429).containsEntry("Retry-After", "5");
    }

    @Test
    void refusalWithoutADetailHasNone() throws Exception {
        errors.write(response(), RegistryException.of(ErrorCode.DENIED));

        assertThat(body.toString(StandardCharsets.UTF_8)).doesNotContain("detail");
    }

    private HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                ErrorWriterTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "setHeader" -> answered.put((String) arguments[0], arguments[1]);
                    case "setStatus" -> answered.put("status", arguments[0]);
                    case "setContentType" -> answered.put("type", arguments[0]);
                    case "getOutputStream" -> stream();
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    private ServletOutputStream stream() {
        return new ServletOutputStream() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(int b) {
                body.write(b);
            }
        };
    }
}
