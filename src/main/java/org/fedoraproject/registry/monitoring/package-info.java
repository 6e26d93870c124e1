/**
 * What an operator's tools see: health by MicroProfile Health, metrics by Micrometer, both on WildFly's management port. May use
 * {@code nfs} and {@code cdn}.
 */
package org.fedoraproject.registry.monitoring;
