package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.Optional;
import org.fedoraproject.registry.edge.Check;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.repository.Blobs;

/**
 * Redirects GETs of blobs to the CDN, with 302. Only for blobs that the repository has, because a CDN would cache the
 * 404. Never for a HEAD, an upload or a manifest, and never for the CDN itself, which gets the bytes.
 */
@Singleton
class CdnRedirect implements Check {
    private final Blobs blobs;
    private final RedirectExemptions exemptions;
    private final Redirects redirects;
    private final Optional<UrlSigner> signer;
    private final SigningConfig signing;
    /** The CDN's URL without a trailing slash; {@code null} if there is no CDN. */
    private final String base;

    @Inject
    CdnRedirect(
            CdnConfig config, SigningConfig signing, Blobs blobs, RedirectExemptions exemptions, Redirects redirects) {
        this.blobs = blobs;
        this.exemptions = exemptions;
        this.redirects = redirects;
        this.signing = signing;
        this.signer = signing.signer();
        this.base = config.base().orElse(null);
    }

    @Override
    public Stage stage() {
        return Stage.CDN_REDIRECT;
    }

    @Override
    public boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) {
        if (base == null
                || request.endpoint() != Endpoint.BLOB
                || !request.method().equals("GET")) {
            return true;
        }
        Optional<DirectReason> reason = reason(request, http);
        reason.ifPresent(redirects::countDirect);
        Optional<Digest> blob = reason.isPresent() ? Optional.empty() : storedBlob(request);
        if (blob.isEmpty()) {
            return true;
        }
        redirects.countRedirect();
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", location(request.path()));
        response.setHeader("Docker-Content-Digest", blob.get().toString());
        response.setHeader("Cache-Control", "no-store"); // the response depends on the caller and on the CDN's health
        response.setContentLength(0);
        return false;
    }

    /** Why this request is answered here; empty if it may be redirected. */
    private Optional<DirectReason> reason(RegistryRequest request, HttpServletRequest http) {
        Optional<DirectReason> reason = redirects.reason().or(() -> exemptions.reason(http));
        if (reason.isPresent()) {
            return reason;
        }
        if (!request.hasPlainPath()) { // it would be another URL for the CDN's cache
            return Optional.of(DirectReason.PATH);
        }
        // the CDN would have to give to the caller what it does not get from us
        return request.isPublic() ? Optional.empty() : Optional.of(DirectReason.PRIVATE);
    }

    /** The digest of the requested blob, if it exists; other requests are answered, or refused, by the resource. */
    private Optional<Digest> storedBlob(RegistryRequest request) {
        try {
            Digest digest = Digest.parse(request.reference());
            blobs.stat(request.repository(), digest);
            return Optional.of(digest);
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private String location(String path) {
        return signer.map(with -> with.sign(base, path, Instant.now().plus(signing.lifetime())))
                .orElse(base + path);
    }
}
