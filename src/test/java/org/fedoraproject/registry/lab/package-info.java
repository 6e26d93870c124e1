/**
 * What only a real NFS server and real NFS clients show: two instances on hosts, that is kernels, of their own, which
 * {@code ops/nfs-lab} runs on this one. Start with {@link org.fedoraproject.registry.lab.OnNfsLab} and
 * {@link org.fedoraproject.registry.lab.NfsLab}.
 */
package org.fedoraproject.registry.lab;
