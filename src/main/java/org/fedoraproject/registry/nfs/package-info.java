/**
 * A file resource in the style of Jakarta Connectors: a pool of connections to one directory tree, usually an NFS
 * mount. It owns the bound on threads inside file operations, the freshness of what NFS reports, and the durability of
 * writes. Uses only {@code duty}, so that it could become a resource adapter. Start reading with
 * {@link org.fedoraproject.registry.nfs.NfsConnectionFactory} and {@link org.fedoraproject.registry.nfs.NfsConnection}.
 */
package org.fedoraproject.registry.nfs;
