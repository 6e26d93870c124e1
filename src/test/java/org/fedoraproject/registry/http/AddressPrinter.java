package org.fedoraproject.registry.http;

import java.net.InetAddress;

/** Shows what becomes of texts that are no addresses, after a name for which the resolver must be asked. */
final class AddressPrinter {
    private AddressPrinter() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("looked up " + arguments[0] + ": " + InetAddress.getByName(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            System.out.println(arguments[i] + ": " + Network.address(arguments[i]));
        }
    }
}
