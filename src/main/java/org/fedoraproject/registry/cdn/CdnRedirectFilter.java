package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.auth.Access;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.Blobs;

/**
 * Redirects GETs of blobs to the CDN, with 302. Only for blobs that the repository has, because a CDN would cache the
 * 404. Never for a HEAD, an upload or a manifest, and never for the CDN itself, which gets the bytes.
 */
public class CdnRedirectFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    /**
     * An encoded path of end-2. Its colon distinguishes a digest from the id of an upload and from {@code uploads}
     * itself.
     */
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+(?::|%3[Aa])[^/]+)");

    private final transient Blobs blobs;
    private final transient RedirectExemptions exemptions;
    private final transient Redirects redirects;
    private final transient Optional<UrlSigner> signer;
    private final transient SigningConfig signing;
    /** The CDN's URL without a trailing slash; {@code null} if there is no CDN. */
    private final String base;

    @Inject
    public CdnRedirectFilter(
            CdnConfig config, SigningConfig signing, Blobs blobs, RedirectExemptions exemptions, Redirects redirects) {
        this.blobs = blobs;
        this.exemptions = exemptions;
        this.redirects = redirects;
        this.signing = signing;
        this.signer = signing.signer();
        this.base = config.base().orElse(null);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean mayRedirect = request.getMethod().equals("GET")
                && redirects.state() == Redirects.State.ON
                && !exemptions.isExempt(request);
        Optional<Digest> blob = mayRedirect ? storedBlob(request) : Optional.empty();
        if (blob.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        redirects.countRedirect();
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", location(request.getRequestURI()));
        response.setHeader("Docker-Content-Digest", blob.get().toString());
        response.setHeader("Cache-Control", "no-store"); // the response depends on the caller and on the CDN's health
        response.setContentLength(0);
    }

    /**
     * The digest of the requested blob, if it exists; other requests are answered, or refused, further down the chain.
     */
    private Optional<Digest> storedBlob(HttpServletRequest request) {
        Matcher path = BLOB.matcher(request.getRequestURI());
        if (!path.matches()) {
            return Optional.empty();
        }
        try {
            Digest digest = Digest.parse(path.group(2).replaceFirst("%3[Aa]", ":"));
            RepositoryName name = RepositoryName.parse(path.group(1));
            if (!Access.of(request).isPublic(name)) {
                return Optional.empty(); // the CDN would not get it from us, and must not give it to others
            }
            blobs.stat(name, digest);
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
