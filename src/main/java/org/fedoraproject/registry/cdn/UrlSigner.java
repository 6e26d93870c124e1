package org.fedoraproject.registry.cdn;

import java.time.Instant;

/** Signs a CDN's URL for a limited time, in the way of that CDN. */
sealed interface UrlSigner permits Cdn77Signer, CloudFrontSigner {

    /**
     * Signs a URL.
     *
     * @param base the CDN's URL without a trailing slash
     * @param path as encoded in the URL, with a leading slash
     * @param expires the CDN refuses the URL from then on
     * @return the URL with the CDN's signature added
     */
    String sign(String base, String path, Instant expires);
}
