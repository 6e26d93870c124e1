/**
 * A file resource in the style of Jakarta Connectors: a pool of connections to one directory tree, usually an NFS mount. It
 * owns the bound on threads inside file operations, the freshness of what NFS says, and the durability of what is written.
 * Uses nothing of ours, so that it could move into a resource adapter. Start with
 * {@link org.fedoraproject.registry.nfs.NfsConnectionFactory} and {@link org.fedoraproject.registry.nfs.NfsConnection}.
 */
package org.fedoraproject.registry.nfs;
