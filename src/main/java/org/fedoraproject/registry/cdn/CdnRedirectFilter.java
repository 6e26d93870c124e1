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
 * Sends whoever GETs a blob to the CDN, with 302. Only for a blob that the repository has, for a CDN would keep the 404; never a
 * HEAD, an upload or a manifest; and never the CDN itself, which gets the bytes.
 */
public class CdnRedirectFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    /** A path of end-2, as encoded. The digest is told from an upload's id, and from {@code uploads} itself, by its colon. */
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+(?::|%3[Aa])[^/]+)");

    private final transient Blobs blobs;
    private final transient LoopGuard guard;
    private final transient Redirects redirects;
    private final transient Optional<UrlSigner> signer;
    private final transient SigningConfig signing;
    /** The CDN's URL without a slash at its end; {@code null} where there is no CDN. */
    private final String base;

    @Inject
    public CdnRedirectFilter(
            CdnConfig config, SigningConfig signing, Blobs blobs, LoopGuard guard, Redirects redirects) {
        this.blobs = blobs;
        this.guard = guard;
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
                && !guard.mustServe(request);
        Optional<Digest> blob = mayRedirect ? storedBlob(request) : Optional.empty();
        if (blob.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        redirects.redirected();
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", location(request.getRequestURI()));
        response.setHeader("Docker-Content-Digest", blob.get().toString());
        response.setHeader("Cache-Control", "no-store"); // the answer depends on who asks, and on the CDN's health
        response.setContentLength(0);
    }

    /** The digest of the blob that is asked for, where it is there; other requests are answered, or refused, further on. */
    private Optional<Digest> storedBlob(HttpServletRequest request) {
        Matcher path = BLOB.matcher(request.getRequestURI());
        if (!path.matches()) {
            return Optional.empty();
        }
        try {
            Digest digest = Digest.parse(path.group(2).replaceFirst("%3[Aa]", ":"));
            RepositoryName name = RepositoryName.parse(path.group(1));
            if (!Access.of(request).isPublic(name)) {
                return Optional.empty(); // the CDN would not get it from us, nor should it give it to others
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
