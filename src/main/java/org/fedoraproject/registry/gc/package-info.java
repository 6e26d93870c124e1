/**
 * Online garbage collection: deletes what no manifest needs while clients push. Owns the run of a collection, what it
 * counts and reports, and when it may run. May use {@code oci}, {@code store}, {@code config}, {@code cluster} and
 * {@code duty}. Start reading with {@link org.fedoraproject.registry.gc.Collector}.
 */
package org.fedoraproject.registry.gc;
