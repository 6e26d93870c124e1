/**
 * Scrub: reads all that the tree has while clients push and pull, and finds what is corrupt or lost. Owns the run of a
 * scrub, what it counts and reports. May use {@code oci}, {@code store}, {@code policy}, {@code config}, {@code cluster} and
 * {@code duty}. Start reading with {@link org.fedoraproject.registry.scrub.Scrubber}.
 */
package org.fedoraproject.registry.scrub;
