package org.fedoraproject.registry.scrub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Another registry, or another tree, that has what is corrupt or lost here. For one thread. */
interface RepairSource extends AutoCloseable {
    /**
     * What it has in the place of something that is lost; the caller closes it. Nobody has compared the bytes with the
     * digest.
     *
     * @param goOn asked at least once a second, while this or the stream waits; false ends the wait by a
     *     {@link RepositoryScrub.StoppedException}
     * @return empty if it has nothing
     * @throws IOException if it does not answer as it should
     */
    Optional<InputStream> open(LostBlob lost, BooleanSupplier goOn) throws IOException;

    /** What it is, for people. */
    @Override
    String toString();

    @Override
    void close();
}
