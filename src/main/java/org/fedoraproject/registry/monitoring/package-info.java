/**
 * What an operator's tools see: health by MicroProfile Health, metrics by Micrometer, both on WildFly's management port. May use
 * {@code nfs}, {@code cdn}, {@code cluster}, {@code auth} and {@code http}.
 */
package org.fedoraproject.registry.monitoring;
