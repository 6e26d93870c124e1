package org.fedoraproject.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.auth.AuthConfig;
import org.fedoraproject.registry.auth.Authenticator;
import org.fedoraproject.registry.auth.ClientCertificates;
import org.fedoraproject.registry.auth.Users;
import org.fedoraproject.registry.edge.Check.Stage;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.http.Json;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.Policy;
import org.fedoraproject.registry.policy.PolicyConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorizationTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<Integer> status = new ArrayList<>();
    private final List<String> served = new ArrayList<>();
    private CurrentPolicy policy;

    /** There is none when it is read first, and later there is one. */
    private static final class PolicyThatAppears extends CurrentPolicy {
        private final CurrentPolicy later;
        private int readings;

        private PolicyThatAppears(CurrentPolicy later) {
            super(new PolicyConfig(Optional.empty()));
            this.later = later;
        }

        @Override
        public Optional<Policy> current() {
            readings++;
            return readings == 1 ? Optional.empty() : later.current();
        }
    }

    @BeforeEach
    void readPolicy() throws Exception {
        Path file =
                Files.writeString(directory.resolve("policy"), "rule ** anyone pull\nrule secret/** user:alice pull\n");
        policy = new CurrentPolicy(new PolicyConfig(Optional.of(file.toString())));
    }

    @Test
    void unknownPathIsRefusedIfThereIsAPolicy() throws Exception {
        filter(policy, "/v2/a/unknown");

        assertThat(status).containsExactly(404);
        assertThat(body.toString(StandardCharsets.UTF_8)).contains("UNSUPPORTED");
        assertThat(served).isEmpty();
    }

    @Test
    void policyThatAppearsDuringARequestAppliesToTheNext() throws Exception {
        CurrentPolicy appears = new PolicyThatAppears(policy);
        filter(appears, "/v2/a/unknown");
        assertThat(served).containsExactly("/v2/unknown");

        filter(appears, "/v2/a/unknown");
        assertThat(status).containsExactly(404);
        assertThat(served).hasSize(1);
    }

    @Test
    void sessionSaysWhoAsksForAPageOnly() throws Exception {
        List<SessionCaller> sessions =
                List.of(request -> Optional.empty(), request -> Optional.of(new Caller.User("alice")));
        filter(policy, "/r/secret/a", sessions);
        filter(policy, "/r/secret/a:latest", sessions);
        assertThat(served).containsExactly("/r/repository-page", "/r/manifest-page");

        filter(policy, "/v2/a/tags/list", List.of(request -> {
            throw new AssertionError("the API knows no sessions");
        }));
        assertThat(served).endsWith("/v2/tags");
    }

    private void filter(CurrentPolicy current, String uri) throws Exception {
        filter(current, uri, List.of());
    }

    private void filter(CurrentPolicy current, String uri, List<SessionCaller> sessions) throws Exception {
        HttpServletRequest request = Requests.of("GET", uri);
        RequestPath.parse(uri).attachTo(request);
        AuthConfig config = new AuthConfig(
                Optional.empty(), Optional.empty(), "CN", Optional.empty(), Optional.empty(), Optional.empty());
        Authenticator authenticator = new Authenticator(new Users(config), new ClientCertificates(config), null, null);
        Authorization authorization = new Authorization(current, authenticator, null, null, null, sessions);
        List<Check> checks = Stream.of(Stage.values()).<Check>map(Pass::new).toList();
        new RegistryFilter(authorization, checks, List.of(), Optional.empty(), new ErrorWriter(new Json()))
                .doFilter(
                        request,
                        response(),
                        (passed, same) -> served.add(((HttpServletRequest) passed).getRequestURI()));
    }

    private record Pass(Stage stage) implements Check {
        @Override
        public boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) {
            return true;
        }
    }

    private HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                AuthorizationTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "setStatus" -> {
                        status.add((Integer) arguments[0]);
                        yield null;
                    }
                    case "isCommitted" -> false;
                    case "getStatus" -> status.isEmpty() ? 200 : status.getLast();
                    case "getOutputStream" -> new Output();
                    case "getHeader", "setHeader", "setContentType" -> null;
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    private final class Output extends ServletOutputStream {
        @Override
        public void write(int b) {
            body.write(b);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
