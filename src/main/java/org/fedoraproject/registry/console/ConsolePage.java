package org.fedoraproject.registry.console;

import org.fedoraproject.registry.oci.RegistryException;

/** A page for those who have signed in. */
interface ConsolePage {
    Place place();

    /** Whether the caller may see something on it; if not, nothing leads to it. */
    boolean isFor(Visit visit);

    /**
     * The page. Not called unless it {@link #isFor} the caller.
     *
     * @throws RegistryException if what is asked for is refused, or not there
     */
    Sheet show(Visit visit);
}
