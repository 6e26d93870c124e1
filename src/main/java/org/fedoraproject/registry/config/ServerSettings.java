package org.fedoraproject.registry.config;

import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The keys that only {@code wildfly-config} reads. They are declared here to be known, checked and described like all
 * others; their defaults are in those scripts as well, and a test compares them.
 */
final class ServerSettings {
    private ServerSettings() {}

    record Listener(
            @ConfigProperty(name = "registry.http.enabled", defaultValue = "true")
            @Setting(help = "Serves HTTP at the port `jboss.http.port` (8080).")
            boolean enabled,

            @ConfigProperty(name = "registry.http.head-timeout", defaultValue = "30000")
            @Setting(unit = "milliseconds", min = "0", help = "Time in which the request line and headers must arrive.")
            int headTimeout,

            @ConfigProperty(name = "registry.http.read-timeout", defaultValue = "90000")
            @Setting(
                    unit = "milliseconds",
                    min = "0",
                    help = "Milliseconds within which the next bytes of a body must arrive.")
            int readTimeout,

            @ConfigProperty(name = "registry.http.write-timeout", defaultValue = "90000")
            @Setting(
                    unit = "milliseconds",
                    min = "0",
                    help = "Milliseconds within which a client must take the next bytes of an answer.")
            int writeTimeout,

            @ConfigProperty(name = "registry.http.idle-timeout", defaultValue = "120000")
            @Setting(unit = "milliseconds", min = "0", help = "Time for which a connection may be idle.")
            int idleTimeout) {}

    record Tls(
            @ConfigProperty(name = "registry.tls.enabled", defaultValue = "false")
            @Setting(help = "Serves HTTPS at `jboss.https.port` (8443).")
            boolean enabled,

            @ConfigProperty(name = "registry.tls.key-store")
            @Setting(
                    unit = "file",
                    otherwise = "`tls.p12` in the server's configuration directory",
                    help = "PKCS12 or JKS file with the key and the certificate chain.")
            Optional<String> keyStore,

            @ConfigProperty(name = "registry.tls.password", defaultValue = "changeit")
            @Setting(secret = true, help = "Password of the key store.")
            String password,

            @ConfigProperty(name = "registry.tls.client-certificates", defaultValue = "false")
            @Setting(help = "Asks clients for a certificate. Clients without one are served too.")
            boolean clientCertificates,

            @ConfigProperty(name = "registry.tls.client-trust-store")
            @Setting(
                    unit = "file",
                    otherwise = "`clients.p12` in the server's configuration directory",
                    help = "PKCS12 file with the authorities whose client certificates are accepted.")
            Optional<String> clientTrustStore,

            @ConfigProperty(name = "registry.tls.client-trust-store-password", defaultValue = "changeit")
            @Setting(secret = true, help = "Password of the trust store.")
            String clientTrustStorePassword,

            @ConfigProperty(name = "registry.tls.client-crl")
            @Setting(
                    unit = "file",
                    otherwise = "`clients.crl` in the server's configuration directory",
                    help = "List of revoked client certificates. `wildfly-config/tls-crl.cli` adds it.")
            Optional<String> clientCrl,

            @ConfigProperty(name = "registry.tls.http2", defaultValue = "false")
            @Setting(help = "Offers HTTP/2. Uploads over HTTP/2 are slow and may stall: see [TLS.md](TLS.md#http2).")
            boolean http2) {}

    record Log(
            @ConfigProperty(name = "registry.log", defaultValue = "json")
            @Setting(
                    oneOf = {"text", "json"},
                    help = "The format of the log on standard output: `text` or `json`. `bin/standalone.sh` reads "
                            + "it, for instances and for the load balancer. `ops/serve` and `ops/cluster` have the "
                            + "option `--log` for it.")
            String format,

            @ConfigProperty(name = "registry.log.json", defaultValue = "true")
            @Setting(
                    help = "Writes JSON to standard output. It is set from `registry.log`. Set it yourself only if "
                            + "the server is started without `bin/standalone.sh`.")
            boolean json,

            @ConfigProperty(name = "registry.log.text", defaultValue = "false")
            @Setting(
                    help = "Writes text to standard output. Exactly one of this key and `registry.log.json` must be "
                            + "`true`.")
            boolean text,

            @ConfigProperty(name = "registry.log.file")
            @Setting(
                    otherwise = "`false`; with the admin console `true`",
                    help = "Writes the log to files as well, in the directory `log` of the server. The admin "
                            + "console shows these files.")
            Optional<Boolean> file) {}

    record Console(
            @ConfigProperty(name = "registry.console.key-store")
            @Setting(
                    unit = "file",
                    otherwise = "`console.p12` in the server's configuration directory",
                    help = "The key store of the admin console.")
            Optional<String> keyStore,

            @ConfigProperty(name = "registry.console.key-store-password", defaultValue = "changeit")
            @Setting(secret = true, help = "Its password.")
            String keyStorePassword,

            @ConfigProperty(name = "registry.console.oidc-url")
            @Setting(unit = "URL", help = "URL of the OpenID provider at which people sign in.")
            Optional<String> oidcUrl,

            @ConfigProperty(name = "registry.console.oidc-origin")
            @Setting(
                    unit = "origin",
                    help = "The provider's origin, `https://HOST`. The console's page may connect to it.")
            Optional<String> oidcOrigin,

            @ConfigProperty(name = "registry.console.oidc-client", defaultValue = "wildfly-console")
            @Setting(help = "The id of the client at the provider that the console's page uses.")
            String oidcClient,

            @ConfigProperty(name = "registry.console.oidc-management", defaultValue = "wildfly-management")
            @Setting(
                    help = "The id of the client at the provider whose roles count. Tokens must be issued for it "
                            + "(`aud`).")
            String oidcManagement,

            @ConfigProperty(name = "registry.console.oidc-principal", defaultValue = "preferred_username")
            @Setting(help = "The claim with the user's name.")
            String oidcPrincipal) {}

    record Tracing(
            @ConfigProperty(name = "registry.tracing.endpoint", defaultValue = "http://localhost:4318")
            @Setting(unit = "URL", help = "The collector that gets the traces.")
            String endpoint,

            @ConfigProperty(name = "registry.tracing.protocol", defaultValue = "http/protobuf")
            @Setting(
                    oneOf = {"http/protobuf", "grpc"},
                    help = "How it gets them. Collectors mostly listen at 4318 for the one, and at 4317 for the other.")
            String protocol,

            @ConfigProperty(name = "registry.tracing.ratio", defaultValue = "1.0")
            @Setting(unit = "number from 0 to 1", help = "The part of the requests that are traced.")
            String ratio) {}

    record Cluster(
            @ConfigProperty(name = "registry.cluster.hosts", defaultValue = "127.0.0.1[7600]")
            @Setting(unit = "members", help = "All members, each as `address[port]`, separated by commas.")
            String hosts,

            @ConfigProperty(name = "registry.cluster.directory")
            @Setting(
                    unit = "directory",
                    otherwise = "`.cluster` below the root",
                    help = "The directory in which members find each other. It is used only with the JGroups stack "
                            + "`tcp-directory`.")
            Optional<String> directory,

            @ConfigProperty(name = "registry.cluster.tls", defaultValue = "false")
            @Setting(
                    help = "Encrypts the traffic between members, and admits only members with the key of "
                            + "`registry.cluster.key-store`.")
            boolean tls,

            @ConfigProperty(name = "registry.cluster.key-store")
            @Setting(
                    unit = "file",
                    otherwise = "`cluster.p12` in the server's configuration directory",
                    help = "PKCS12 file with that key, the same for all members.")
            Optional<String> keyStore,

            @ConfigProperty(name = "registry.cluster.password", defaultValue = "changeit")
            @Setting(secret = true, help = "Password of that key store.")
            String password) {}

    record LoadBalancer(
            @ConfigProperty(name = "registry.lb.host", defaultValue = "127.0.0.1")
            @Setting(unit = "address", help = "The address at which the load balancer listens for instances.")
            String host,

            @ConfigProperty(name = "registry.lb.port", defaultValue = "8090")
            @Setting(min = "1", max = "65535", help = "The port at which it does so.")
            int port,

            @ConfigProperty(name = "registry.lb.behind-proxy", defaultValue = "false")
            @Setting(
                    help = "A key of the load balancer: it passes on the `X-Forwarded-*` headers of a proxy in "
                            + "front of it. `wildfly-config/lb.cli` reads this key.")
            boolean behindProxy) {}
}
