package org.fedoraproject.registry.retention;

import java.time.Instant;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Tag;

/**
 * A tag that rules decide about.
 *
 * @param digest the manifest that it names
 * @param created when that was created
 */
record Candidate(Tag tag, Digest digest, Instant created) {}
