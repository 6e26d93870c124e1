package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsCommand("openssl")
class ClientCertificatesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            /CN=alice                        | CN      | alice
            /O=Fedora/OU=CN=root/CN=alice    | CN      | alice
            /O=x,CN=root/CN=alice            | CN      | alice
            /CN=ca/O=Fedora/CN=alice         | CN      | alice
            /CN=alice/O=x,CN=root            | CN      | alice
            /O=Fedora/UID=a1/CN=Alice B      | UID     | a1
            /O=Fedora/UID=a1/CN=Alice B      | cn      | Alice B
            /O=Fedora                        | CN      | -
            /O=Fedora/CN=alice               | subject | CN=alice,O=Fedora
            """)
    void subjectNamesTheUser(String subject, String attribute, String name) throws Exception {
        AuthSettings settings = new AuthSettings();
        settings.certificateName = attribute;
        X509Certificate certificate = ClientCertificates.parse(pem(subject).replace('\n', ' '));

        assertThat(new ClientCertificates(settings.config()).name(certificate)).isEqualTo(Optional.ofNullable(name));
    }

    @Test
    void headerIsReadAsProxiesWriteIt() throws Exception {
        String pem = pem("/CN=alice");
        String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        for (String value : List.of(
                pem.replace('\n', ' '),
                pem.replace("\n", "\n\t"),
                URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20"),
                pem.replace("\n", "%0A").replace(" ", "%20"),
                base64,
                ":" + base64 + ":")) {
            assertThat(ClientCertificates.parse(value).getSubjectX500Principal().getName())
                    .isEqualTo("CN=alice");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "%", "::", "CN=alice", "-----BEGIN CERTIFICATE----- -----END CERTIFICATE-----", "AAAA"})
    void whatIsNoCertificateIsRefused(String value) {
        assertRefused(ErrorCode.UNAUTHORIZED, () -> ClientCertificates.parse(value));
    }

    private String pem(String subject) throws Exception {
        new Command(
                        directory,
                        Map.of(),
                        List.of(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                subject,
                                "-keyout",
                                "key",
                                "-out",
                                "crt"))
                .run();
        return Files.readString(directory.resolve("crt"));
    }
}
