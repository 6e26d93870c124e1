package org.fedoraproject.registry.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation, IPv4 or IPv6, such as {@code 10.5.128.0/24} (RFC 4632, RFC 4291 2.3). A single address is
 * a network of one.
 *
 * @param bits the number of leading bits that count
 */
public record Network(InetAddress address, int bits) {
    private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

    /** Leading zeros are refused, since some read them as octal (RFC 6943, 3.1.1). */
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /** The addresses of a customer share at least this many bytes. */
    private static final int IPV6_BYTES = 8;

    private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    public Network {
        if (bits < 0 || bits > address.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException("no network of " + bits + " bits: " + address.getHostAddress());
        }
    }

    /**
     * Parses the notation.
     *
     * @throws IllegalArgumentException if the text is no network
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address =
                address(literal).orElseThrow(() -> new IllegalArgumentException("not a network: \"" + text + "\""));
        if (slash < 0) {
            return new Network(address, address.getAddress().length * Byte.SIZE);
        }
        String bits = text.substring(slash + 1);
        if (!BITS.matcher(bits).matches()) {
            throw new IllegalArgumentException("not a network: \"" + text + "\"");
        }
        return new Network(address, Integer.parseInt(bits));
    }

    /** Parses an address, optionally in brackets; empty if it is none. Never asks a resolver. */
    public static Optional<InetAddress> address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        try {
            if (IPV4.matcher(bare).matches()) {
                return Optional.of(InetAddress.getByName(bare));
            }
            // in brackets the JDK never asks a resolver; otherwise it does if its own parser fails
            return IPV6.matcher(bare).matches()
                    ? Optional.of(InetAddress.getByName("[" + bare + "]"))
                    : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * The part of an address that identifies one client: all of it, but of IPv6 the half that a customer's addresses
     * share.
     */
    public static String ofClient(String address) {
        return address(address)
                .filter(Inet6Address.class::isInstance)
                .map(Network::ofClient)
                .orElse(address);
    }

    /** The same for a parsed address. */
    public static String ofClient(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), IPV6_BYTES))
                : address.getHostAddress();
    }

    /** Whether the network contains the address. An IPv6 network contains no IPv4 address. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        int whole = bits / Byte.SIZE;
        if (mine.length != its.length || !Arrays.equals(mine, 0, whole, its, 0, whole)) {
            return false;
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || (mine[whole] ^ its[whole]) >> (Byte.SIZE - rest) == 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
