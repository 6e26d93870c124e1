package org.fedoraproject.registry.http;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.servlet.handlers.ServletRequestContext;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * Lets the server send requests to itself, through its own listener on loopback. These requests pass everything in the
 * application that a client's request passes. They appear in no metric and no log, since WildFly counts and logs at its
 * own listeners.
 */
public final class SelfRequests {
    /** The header that marks a request as the server's own. */
    public static final String HEADER = "X-Registry-Self";

    private static final AttachmentKey<Boolean> OWN = AttachmentKey.create(Boolean.class);
    private static final HttpString NAME = new HttpString(HEADER);
    private static final int BUFFER_BYTES = 16 * 1024;

    /** The same as for the listeners in wildfly-config. */
    private static final OptionMap SERVER = OptionMap.builder()
            .set(UndertowOptions.DECODE_URL, false)
            .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
            .getMap();

    /** A secret that keeps other programs on this host from using the listener to avoid metrics and the log. */
    private final String secret = UUID.randomUUID().toString();

    private volatile HttpHandler application =
            exchange -> exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE).endExchange();

    public static SelfRequests create(ServletContext context) {
        SelfRequests created = new SelfRequests();
        context.setAttribute(SelfRequests.class.getName(), created);
        return created;
    }

    /** The instance for the application of this context. */
    public static SelfRequests of(ServletContext context) {
        return (SelfRequests) context.getAttribute(SelfRequests.class.getName());
    }

    /** Whether the current thread answers a request of the server's own. */
    public static boolean isCurrent() {
        return isOwn(ServletRequestContext.requireCurrent().getExchange());
    }

    static boolean isOwn(HttpServerExchange exchange) {
        return exchange.getAttachment(OWN) != null;
    }

    /** Sets the handler of the application. Until then, the answer is 503. */
    public void leadTo(HttpHandler handler) {
        application = handler;
    }

    /** The value of {@link #HEADER}. */
    public String secret() {
        return secret;
    }

    /** Opens the listener on a port that the system chooses. */
    public Listener listen() throws IOException {
        XnioWorker worker = Xnio.getInstance(HttpOpenListener.class.getClassLoader())
                .createWorker(OptionMap.builder()
                        .set(Options.WORKER_NAME, "registry-self")
                        .set(Options.WORKER_IO_THREADS, 1)
                        .set(Options.WORKER_TASK_CORE_THREADS, 1)
                        .set(Options.WORKER_TASK_MAX_THREADS, 1)
                        .set(Options.THREAD_DAEMON, true)
                        .getMap());
        ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_BYTES);
        HttpOpenListener http = new HttpOpenListener(buffers, SERVER);
        http.setRootHandler(this::pass);
        try {
            AcceptingChannel<StreamConnection> channel = worker.createStreamConnectionServer(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    ChannelListeners.openListenerAdapter(http),
                    OptionMap.EMPTY);
            channel.resumeAccepts();
            return new Listener(worker, buffers, http, channel);
        } catch (IOException e) {
            worker.shutdown();
            buffers.close();
            throw e;
        }
    }

    private void pass(HttpServerExchange exchange) throws Exception {
        if (secret.equals(exchange.getRequestHeaders().getFirst(NAME))) {
            exchange.putAttachment(OWN, true);
            application.handleRequest(exchange);
        } else {
            exchange.setStatusCode(StatusCodes.NOT_FOUND).setPersistent(false).endExchange();
        }
    }

    /** An open listener. */
    public record Listener(
            XnioWorker worker,
            ByteBufferPool buffers,
            HttpOpenListener http,
            AcceptingChannel<StreamConnection> channel)
            implements AutoCloseable {

        /** The host and port, as in a URL. */
        public String authority() {
            InetSocketAddress address = channel.getLocalAddress(InetSocketAddress.class);
            String host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        }

        @Override
        public void close() {
            IoUtils.safeClose(channel);
            http.closeConnections();
            worker.shutdown();
            buffers.close();
        }
    }
}
