/**
 * The real WAR in the real server, driven by what users drive it with: skopeo, podman, buildah, and Debian's
 * {@code docker-registry} over the same tree. Start reading at {@code ClientsIT}.
 */
package org.fedoraproject.registry.clients;
