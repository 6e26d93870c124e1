package org.fedoraproject.registry.page;

import java.util.Optional;

/** A link in the header of all pages, to another part of this server. Every bean of this type is asked. */
public interface HeaderLink {
    /** Empty if there is nothing to link to. */
    Optional<Link> link();
}
