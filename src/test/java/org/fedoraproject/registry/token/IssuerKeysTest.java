package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The issuer's keys behind a URL, which may be away, wrong, slow, or have others. */
class IssuerKeysTest {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final TokenSettings settings = new TokenSettings();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private volatile int status = 200;
    private volatile String body;
    private volatile boolean hangs;

    @BeforeEach
    void serve() throws Exception {
        body = new TestIssuer().jwks();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
        settings.policy = "policy";
        settings.issuer = TestIssuer.NAME;
        settings.issuerKeys = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            if (hangs) {
                end.await();
            }
            exchange.getResponseBody().write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private IssuerKeys keys(Duration retry) {
        return new IssuerKeys(settings.config(), PATIENCE, retry);
    }

    @Test
    void takesUpOthersWhenATokenCameWithAnUnknownKey() throws Exception {
        IssuerKeys keys = keys(Duration.ZERO);
        keys.refresh();
        List<PublicJsonWebKey> first = keys.current();
        body = new TestIssuer().jwks();
        keys.refresh();
        assertThat(keys.current()).as("nobody asked for others").isSameAs(first);

        keys.want();
        keys.refresh();
        assertThat(keys.current()).hasSize(3).doesNotContainAnyElementsOf(first);
    }

    /** Whoever sends rubbish all day shall not have us ask the issuer all day. */
    @Test
    void asksNoMoreOftenThanItShould() {
        IssuerKeys keys = keys(Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            keys.want();
            keys.refresh();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    @Timeout(30)
    void goesOnWithTheKeysItHasWhileTheIssuerDoesNot() {
        IssuerKeys keys = keys(Duration.ZERO);
        keys.refresh();
        List<PublicJsonWebKey> known = keys.current();
        assertThat(keys.isCurrent()).isTrue();
        String good = body;

        status = 503;
        lookInVain(keys, known);
        status = 302;
        lookInVain(keys, known);
        status = 200;
        body = "<html>";
        lookInVain(keys, known);
        body = "{\"keys\":[]}";
        lookInVain(keys, known);
        body = "{\"keys\":{}}";
        lookInVain(keys, known);
        hangs = true;
        body = good;
        lookInVain(keys, known);

        hangs = false;
        keys.refresh();
        assertThat(keys.isCurrent()).isTrue();
        assertThat(keys.current()).as("they are the same").isSameAs(known);

        server.stop(0);
        lookInVain(keys, known);
    }

    @Test
    void startsWithoutAndHasThemWhenTheIssuerIsThere() {
        status = 500;
        IssuerKeys keys = keys(Duration.ZERO);
        keys.refresh();
        assertThat(keys.current()).isEmpty();
        assertThat(keys.isCurrent()).isFalse();

        status = 200;
        keys.refresh();
        assertThat(keys.current()).hasSize(3);
        assertThat(keys.isCurrent()).isTrue();
    }

    private static void lookInVain(IssuerKeys keys, List<PublicJsonWebKey> known) {
        keys.want();
        keys.refresh();
        assertThat(keys.isCurrent()).isFalse();
        assertThat(keys.current()).isSameAs(known);
    }
}
