package org.fedoraproject.registry.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Some networks, as configuration names them: separated by commas. */
public record Networks(List<Network> networks) {
    public Networks {
        networks = List.copyOf(networks);
    }

    /**
     * Reads the networks given for a configuration key.
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

    /** The same for an address as text; what is no address lies in none. */
    public boolean contain(String address) {
        return !networks.isEmpty()
                && Network.address(address).filter(this::contain).isPresent();
    }
}
