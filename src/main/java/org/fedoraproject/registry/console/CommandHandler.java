package org.fedoraproject.registry.console;

import org.fedoraproject.registry.oci.RegistryException;

/** Does what a form asks for. */
interface CommandHandler {
    Command command();

    /**
     * Called after the form has been found to be ours.
     *
     * @throws RegistryException if it is refused
     */
    Answer run(Visit visit);
}
