package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Clients that each send the head of a request and what they have of a body, and then, twice a second, read a byte or write one.
 * Their buffers are small, so that the server notices.
 */
final class SlowCrowd implements AutoCloseable {
    private static final int BUFFER = 2048;
    private static final long PAUSE_MILLIS = 500;

    private final List<SocketChannel> clients = new ArrayList<>();
    private final boolean writes;
    private final Thread thread;
    private volatile int piece = 1;
    private volatile boolean stopped;

    private SlowCrowd(boolean writes, int port, int count, IntFunction<String> address, String request)
            throws IOException {
        this.writes = writes;
        for (int i = 0; i < count; i++) {
            clients.add(connect(port, address.apply(i), request));
        }
        thread = Thread.ofPlatform().start(this::trickle);
    }

    /** @param address of each, from which it connects */
    static SlowCrowd readers(int port, int count, IntFunction<String> address, String path) throws IOException {
        return new SlowCrowd(false, port, count, address, "GET " + path + " HTTP/1.1\r\nHost: slow.test\r\n\r\n");
    }

    /** They announce ten thousand bytes. */
    static SlowCrowd writers(int port, int count, IntFunction<String> address, String line) throws IOException {
        return new SlowCrowd(
                true,
                port,
                count,
                address,
                line + " HTTP/1.1\r\nHost: slow.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 10000\r\n\r\n");
    }

    /** From now on, readers read what there is. */
    void hurry() {
        piece = 1 << 20;
    }

    /** Those whose connection the server has not ended, as far as they notice. */
    synchronized int left() {
        return clients.size();
    }

    private static SocketChannel connect(int port, String address, String request) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
        channel.bind(new InetSocketAddress(address, 0));
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.configureBlocking(false);
        return channel;
    }

    private void trickle() {
        try {
            while (!stopped) {
                synchronized (this) {
                    clients.removeIf(this::isEnded);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isEnded(SocketChannel channel) {
        try {
            if (writes) {
                channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                return false;
            }
            if (channel.read(ByteBuffer.allocate(piece)) >= 0) {
                return false;
            }
            channel.close();
            return true;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stopped = true;
        thread.join();
        for (SocketChannel channel : clients) {
            channel.close();
        }
    }
}
