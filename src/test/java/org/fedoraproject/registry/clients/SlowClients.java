package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections on which nothing, or hardly anything, happens: some idle after a request, some that never end the head of one. Those
 * of the latter that the server ends are made again at once.
 */
final class SlowClients implements AutoCloseable {
    /** Of one source address; there are some 28,000 ports for each, which others need as well. */
    private static final int FOR_ADDRESS = 2000;

    private static final long PAUSE_MILLIS = 500;

    private final int port;
    private final List<SocketChannel> idle = new ArrayList<>();
    private final List<SocketChannel> trickling = new ArrayList<>();
    private final Thread thread;
    private int made;
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean stopped;

    SlowClients(int port, int idleCount, int trickleCount) throws IOException {
        this.port = port;
        for (int i = 0; i < idleCount; i++) {
            SocketChannel channel = connect("GET /v2/ HTTP/1.1\r\nHost: idle.test\r\n\r\n");
            channel.read(ByteBuffer.allocate(8192));
            channel.configureBlocking(false);
            idle.add(channel);
        }
        for (int i = 0; i < trickleCount; i++) {
            trickling.add(beginHead());
        }
        thread = Thread.ofPlatform().start(this::trickle);
    }

    /** How many of the slow heads the server has ended. */
    int ended() {
        return ended.get();
    }

    /** How many of the idle connections are still there. */
    int held() {
        return (int) idle.stream().filter(channel -> !isEnded(channel)).count();
    }

    private void trickle() {
        try {
            while (!stopped) {
                for (int i = 0; i < trickling.size(); i++) {
                    SocketChannel channel = trickling.get(i);
                    if (isEnded(channel) || !writesAByte(channel)) {
                        channel.close();
                        ended.incrementAndGet();
                        trickling.set(i, beginHead());
                    }
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            throw new AssertionError("no new connection", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SocketChannel beginHead() throws IOException {
        SocketChannel channel = connect("GET /v2/ HTTP/1.1\r\nHost: slow.test\r\nX-Slow: ");
        channel.configureBlocking(false);
        return channel;
    }

    private SocketChannel connect(String request) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress("127.0.1." + (1 + made++ / FOR_ADDRESS % 250), 0));
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    private static boolean writesAByte(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isEnded(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stopped = true;
        thread.join();
        for (List<SocketChannel> channels : List.of(idle, trickling)) {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
