package org.fedoraproject.registry.cdn;

import java.time.Instant;

/** Makes a CDN's URL good for a time only, in the way of that CDN. */
sealed interface UrlSigner permits Cdn77Signer, CloudFrontSigner {

    /**
     * Signs a URL.
     *
     * @param base the CDN's, without a slash at its end
     * @param path as encoded in the URL, with the slash at its begin
     * @param expires from then on the CDN refuses it
     * @return the URL with what the CDN wants to see added
     */
    String sign(String base, String path, Instant expires);
}
