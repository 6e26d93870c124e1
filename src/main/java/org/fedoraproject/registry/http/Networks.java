package org.fedoraproject.registry.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** A list of networks, separated by commas in the configuration. */
public record Networks(List<Network> networks) {
    public Networks {
        networks = List.copyOf(networks);
    }

    /**
     * Parses the networks of a configuration key.
     *
     * @throws IllegalArgumentException naming the key and the value
     */
    public static Networks parse(String key, Optional<List<String>> values) {
        try {
            return new Networks(values.orElse(List.of()).stream()
                    .map(value -> Network.parse(value.strip()))
                    .toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    public boolean contain(InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a network contains the address, given as text; false if it is no address. */
    public boolean contain(String address) {
        return !networks.isEmpty()
                && Network.address(address).filter(this::contain).isPresent();
    }
}
