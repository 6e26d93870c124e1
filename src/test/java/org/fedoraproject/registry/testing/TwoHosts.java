package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two hosts without leaving this one: network namespaces, with a link between them that can be cut, and one from each to us that
 * stays. Needs root, and the program {@code ip}.
 */
public final class TwoHosts implements AutoCloseable {
    /** Of this process alone, so that several may run at once. */
    private static final long ID = ProcessHandle.current().pid();

    private static final String NETWORK = "10.%d.%d".formatted(192 + ID / 200 % 32, ID % 200);

    private final Path work;

    /**
     * One of them.
     *
     * @param name of its namespace
     * @param outside its address for us
     * @param between its address for the other
     */
    public record Host(String name, String outside, String between) {
        /** What makes a program run there. */
        public List<String> prefix() {
            return List.of("ip", "netns", "exec", name);
        }
    }

    private final Host one = host(1);
    private final Host two = host(2);

    /** @param work for the output of commands */
    public TwoHosts(Path work) throws IOException, InterruptedException {
        this.work = work;
        try {
            for (Host host : List.of(one, two)) {
                ip("netns", "add", host.name());
                ip("-n", host.name(), "link", "set", "lo", "up");
                String link = "o" + host.name();
                ip("link", "add", link, "type", "veth", "peer", "name", "outside", "netns", host.name());
                ip("-n", host.name(), "address", "add", host.outside() + "/30", "dev", "outside");
                ip("-n", host.name(), "link", "set", "outside", "up");
                ip("address", "add", before(host.outside()) + "/30", "dev", link);
                ip("link", "set", link, "up");
            }
            ip(
                    "-n",
                    one.name(),
                    "link",
                    "add",
                    "between",
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "between",
                    "netns",
                    two.name());
            for (Host host : List.of(one, two)) {
                ip("-n", host.name(), "address", "add", host.between() + "/30", "dev", "between");
            }
            connect();
        } catch (AssertionError | IOException e) {
            close();
            throw e;
        }
    }

    public Host one() {
        return one;
    }

    public Host two() {
        return two;
    }

    /** Nothing gets from one to the other any more, and nobody is told. */
    public void split() throws IOException, InterruptedException {
        ip("-n", one.name(), "link", "set", "between", "down");
    }

    /** Makes the link again. */
    public void connect() throws IOException, InterruptedException {
        ip("-n", one.name(), "link", "set", "between", "up");
        ip("-n", two.name(), "link", "set", "between", "up");
    }

    /** Takes the namespaces away, and all links with them. */
    @Override
    public void close() throws IOException, InterruptedException {
        for (Host host : List.of(one, two)) {
            Command.of(work, "ip", "netns", "delete", host.name()).attempt();
        }
    }

    private void ip(String... arguments) throws IOException, InterruptedException {
        String[] line = Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new);
        Command.of(work, line).run();
    }

    private static Host host(int number) {
        return new Host("h" + number + "-" + ID, NETWORK + "." + (4 * number + 2), NETWORK + "." + number);
    }

    private static String before(String address) {
        int dot = address.lastIndexOf('.') + 1;
        return address.substring(0, dot) + (Integer.parseInt(address.substring(dot)) - 1);
    }
}
