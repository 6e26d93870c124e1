package org.fedoraproject.registry.auth;

import io.undertow.attribute.SslClientCertAttribute;
import io.undertow.servlet.handlers.ServletRequestContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.fedoraproject.registry.http.ForwardedFilter;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;

/**
 * Reads the user from the subject of a client certificate. TLS here has verified it, or a trusted proxy that passes it
 * on in a header. Most proxies write no PEM as Elytron reads it, but blanks, escapes or base64 alone.
 */
@Singleton
public class ClientCertificates {
    /** The value from httpd if there is none. */
    private static final String NONE = "(null)";

    private final Optional<String> header;
    private final String attribute;

    @Inject
    public ClientCertificates(AuthConfig config) {
        this.header = config.certificateHeader();
        this.attribute = config.certificateName();
    }

    /**
     * The caller named by the request's certificate; empty if there is no certificate or name.
     *
     * @throws RegistryException {@code UNAUTHORIZED} if a proxy passed on an invalid certificate, or two
     */
    Optional<Caller> caller(HttpServletRequest request) {
        // between a proxy and us, TLS authenticates the proxy
        Optional<X509Certificate> certificate = ForwardedFilter.isPassedOn(request) ? byHeader(request) : byTls();
        return certificate.flatMap(this::name).map(Caller.Certified::new);
    }

    /** Asks Undertow, which sets the Servlet API's attribute only if WildFly has a security domain for us. */
    private static Optional<X509Certificate> byTls() {
        ServletRequestContext context = ServletRequestContext.current();
        return context == null
                ? Optional.empty()
                : Optional.ofNullable(SslClientCertAttribute.INSTANCE.readAttribute(context.getExchange()))
                        .map(ClientCertificates::parse);
    }

    private Optional<X509Certificate> byHeader(HttpServletRequest request) {
        List<String> values = header.map(request::getHeaders)
                .<List<String>>map(Collections::list)
                .orElse(List.of());
        if (values.size() > 1) {
            throw unreadable();
        }
        return values.stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty() && !value.equals(NONE))
                .findFirst()
                .map(ClientCertificates::parse);
    }

    /** Accepts RFC 9440; PEM with line ends as blanks (httpd) or percent-encoded (nginx); base64 alone (HAProxy). */
    static X509Certificate parse(String value) {
        try {
            String text = value.indexOf('%') < 0
                    ? value
                    : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
            String base64 = text.replaceFirst("^:(.*):$", "$1")
                    .replace("-----BEGIN CERTIFICATE-----", "")
                    .replace("-----END CERTIFICATE-----", "")
                    .replaceAll("\\s", "");
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
            certificate.checkValidity();
            return certificate;
        } catch (CertificateException | IllegalArgumentException e) {
            throw unreadable();
        }
    }

    /** The attribute, from the most specific part of the subject. A comma inside of a value separates nothing. */
    Optional<String> name(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
        if (attribute.equals(AuthConfig.SUBJECT)) {
            return Optional.of(subject).filter(name -> !name.isEmpty());
        }
        try {
            for (Rdn rdn : new LdapName(subject).getRdns().reversed()) {
                if (rdn.getType().equalsIgnoreCase(attribute) && rdn.getValue() instanceof String name) {
                    return Optional.of(name).filter(text -> !text.isBlank());
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static RegistryException unreadable() {
        return RegistryException.of(ErrorCode.UNAUTHORIZED, "the proxy passed on no certificate that can be read");
    }
}
