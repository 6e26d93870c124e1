package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority made by openssl, and the certificate of {@code localhost} that it signed. */
public final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private final Path directory;

    /** @param directory an empty one, for keys and certificates */
    public TestAuthority(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        Files.createDirectories(certificates());
        String key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ";
        openssl("req -x509 -days 2 -subj /CN=Test-CA -out certificates/ca.crt" + key + "ca.key");
        openssl("req -new -subj /CN=registry -out localhost.csr" + key + "localhost.key");
        Files.writeString(directory.resolve("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2\n");
        openssl("x509 -req -days 2 -in localhost.csr -CA certificates/ca.crt -CAkey ca.key -CAcreateserial"
                + " -extfile names -out localhost.crt");
    }

    /** With nothing but the authority's own, as container tools want to have it. */
    public Path certificates() {
        return directory.resolve("certificates");
    }

    public Path certificate() {
        return directory.resolve("localhost.crt");
    }

    public Path key() {
        return directory.resolve("localhost.key");
    }

    /** Options that make a JVM trust the authority. */
    public List<String> jvmOptions() throws IOException, GeneralSecurityException {
        return List.of(
                "-Djavax.net.ssl.trustStore=" + trustStoreFile(), "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** A PKCS #12 file with the authority's certificate, and the password {@value #PASSWORD}. */
    public Path trustStoreFile() throws IOException, GeneralSecurityException {
        Path file = directory.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trustStore().store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    /** Signs a client's certificate; returns a directory with that and what container tools want besides. */
    public Path client(String subject) throws IOException, InterruptedException {
        Path client = Files.createDirectories(directory.resolve("client" + subject.replace('/', '-')));
        Files.copy(certificates().resolve("ca.crt"), client.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        openssl("req -new -subj " + subject
                + " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -out client.csr -keyout "
                + directory.relativize(client.resolve("client.key")));
        openssl("x509 -req -days 2 -in client.csr -CA certificates/ca.crt -CAkey ca.key -CAcreateserial -out "
                + directory.relativize(client.resolve("client.cert")));
        return client;
    }

    public SSLContext context() throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trustStore());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /** A PKCS #12 file with the key and the certificate of {@code localhost}. */
    public Path serverKeyStore(String password) throws IOException, InterruptedException {
        openssl("pkcs12 -export -in localhost.crt -inkey localhost.key -out localhost.p12 -passout pass:" + password);
        return directory.resolve("localhost.p12");
    }

    /** For a server that is {@code localhost}. */
    public SSLContext serverContext() throws IOException, GeneralSecurityException, InterruptedException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(serverKeyStore(PASSWORD))) {
            store.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private KeyStore trustStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream certificate = Files.newInputStream(certificates().resolve("ca.crt"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        return store;
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Command.of(directory, ("openssl " + arguments).split(" ")).run();
    }

    /** Writes its certificate and key into a key store without a password, as an administrator does. */
    public Path keyStore(Path file) throws IOException, InterruptedException {
        new Command(
                        file.getParent(),
                        Map.of("JAVA_HOME", System.getProperty("java.home"), "REGISTRY_TLS_PASSWORD", ""),
                        List.of(
                                Path.of("ops/tls-keystore").toAbsolutePath().toString(),
                                "--cert",
                                certificate().toString(),
                                "--key",
                                key().toString(),
                                file.toString()))
                .run();
        return file;
    }
}
