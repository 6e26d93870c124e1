/**
 * The index that the flatpak client reads: the images of Flatpaks, filtered by labels, annotations, architecture, tag and
 * repository, and their icons. May use {@code oci}, {@code index}, {@code store}, {@code edge}, {@code http},
 * {@code policy} and {@code config}. Start reading with {@link org.fedoraproject.registry.flatpak.Flatpaks}.
 */
package org.fedoraproject.registry.flatpak;
