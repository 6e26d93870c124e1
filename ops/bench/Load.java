import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The load that wrk cannot make: HEAD, pushes, single long requests. One thread for all connections, so that the servers have
 * the rest of the machine, and one process for a whole run, so that its own warm-up is over when it counts. Each line of
 * standard input is a load, words of the form {@code key=value}; each line of standard output is its result, as JSON.
 */
public final class Load {
    private static final long PATIENCE = 30_000_000_000L;

    private final Selector selector;
    private final int port;
    private final long end;
    private final long count;
    private final boolean finish;
    private final long begin = System.nanoTime();
    private long[] times = new long[1024];
    private int done;
    private int running;
    private long last = begin;
    private long bytes;
    private int errors;
    private String firstError = "";

    private Load(Map<String, String> words) throws IOException {
        selector = Selector.open();
        port = Integer.parseInt(words.get("port"));
        end = begin + (long) (Double.parseDouble(words.getOrDefault("seconds", "3600")) * 1e9);
        count = Long.parseLong(words.getOrDefault("count", Long.toString(Long.MAX_VALUE)));
        // A single client's operation is not cut, for there may be no other to count
        finish = words.getOrDefault("connections", "1").equals("1");
    }

    public static void main(String[] args) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            Map<String, String> words = new HashMap<>();
            for (String word : line.split(" ")) {
                words.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            }
            System.out.println(new Load(words).run(words));
        }
    }

    private String run(Map<String, String> words) throws IOException {
        Supplier<Script> scripts = Script.of(words);
        List<Connection> connections = new ArrayList<>();
        for (int i = Integer.parseInt(words.getOrDefault("connections", "1")); i > 0; i--) {
            connections.add(new Connection(scripts.get()));
        }
        for (Connection connection : connections) {
            connection.begin();
        }
        while (running > 0 && System.nanoTime() < end + (finish || done == 0 ? PATIENCE : 0)) {
            selector.select(key -> ((Connection) key.attachment()).ready(), 100);
        }
        if (done == 0) {
            fail("no answer");
        }
        // What was cut counts for nothing, nor does the time after the last one where nothing was cut
        long elapsed = (running > 0 ? System.nanoTime() : last) - begin;
        for (Connection connection : connections) {
            connection.close();
        }
        selector.close();
        return result(elapsed);
    }

    private String result(long elapsed) {
        long[] sorted = Arrays.copyOf(times, done);
        Arrays.sort(sorted);
        long sum = Arrays.stream(sorted).sum();
        return "{\"operations\": %d, \"seconds\": %s, \"busy\": %s, \"p50\": %s, \"p99\": %s, \"bytes\": %d, \"errors\": %d, \"error\": \"%s\"}"
                .formatted(done, elapsed / 1e9, sum / 1e9, at(sorted, 0.5), at(sorted, 0.99), bytes, errors,
                        firstError.replaceAll("[^ -~]|[\"\\\\]", "'"));
    }

    /** In seconds. */
    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e9;
    }

    private void fail(String why) {
        if (errors++ == 0) {
            firstError = why;
        }
    }

    /** One after the other, a script's operations. */
    private final class Connection {
        private final Script script;
        private SocketChannel channel;
        private SelectionKey key;
        private Script.Request request;
        private ByteBuffer first;
        private long more;
        private int step;
        private long started;
        private Answer answer;

        Connection(Script script) {
            this.script = script;
        }

        void begin() throws IOException {
            script.prepare();
            step = 0;
            running++;
            started = System.nanoTime();
            send(script.request(0, null));
        }

        private void send(Script.Request next) throws IOException {
            if (channel == null) {
                channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                key = channel.register(selector, SelectionKey.OP_READ, this);
            }
            request = next;
            first = next.first().duplicate();
            more = next.more();
            answer = new Answer(next.head());
            write();
        }

        private void write() throws IOException {
            while (first.hasRemaining() || more > 0) {
                if (!first.hasRemaining()) {
                    first = Script.BLOCK.duplicate();
                    first.limit((int) Math.min(more, first.capacity()));
                    more -= first.limit();
                }
                if (channel.write(first) == 0) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            }
            key.interestOps(SelectionKey.OP_READ);
        }

        void ready() {
            try {
                if (key.isWritable()) {
                    write();
                }
                if (key.isReadable()) {
                    read();
                }
            } catch (IOException | IllegalStateException e) {
                broken(e.toString());
            }
        }

        private void read() throws IOException {
            ByteBuffer in = Answer.BUFFER.clear();
            int read = channel.read(in);
            if (read < 0) {
                throw new IOException("connection closed in step " + step);
            }
            bytes += read;
            answer.take(in.flip());
            if (answer.ended()) {
                answered();
            }
        }

        private void answered() throws IOException {
            if (!request.expected(answer.status())) {
                broken(answer.status() + " in step " + step);
                return;
            }
            if (answer.closes()) {
                close();
            }
            Script.Request next = script.request(++step, answer);
            if (next != null) {
                send(next);
                return;
            }
            count();
            again();
        }

        private void count() {
            last = System.nanoTime();
            if (done == times.length) {
                times = Arrays.copyOf(times, done * 2);
            }
            times[done++] = last - started;
        }

        private void again() throws IOException {
            running--;
            if (System.nanoTime() < end && done + running < count && errors < 100) {
                begin();
            }
        }

        private void broken(String why) {
            fail(why);
            close();
            try {
                again();
            } catch (IOException e) {
                running--;
                fail(e.toString());
            }
        }

        void close() {
            if (channel != null) {
                key.cancel();
                try {
                    channel.close();
                } catch (IOException e) {
                    fail(e.toString());
                }
                channel = null;
            }
        }
    }
}
