/**
 * The interface to an operator's tools: health by MicroProfile Health and metrics by Micrometer, both on WildFly's
 * management port, and traces by OpenTelemetry. May use {@code nfs}, {@code cdn}, {@code cluster}, {@code auth}, {@code http}, {@code jobs}, {@code quota},
 * {@code index}, {@code repository} and {@code duty}.
 * Start reading with {@link org.fedoraproject.registry.monitoring.Metrics} and
 * {@link org.fedoraproject.registry.monitoring.ShareHealth}.
 */
package org.fedoraproject.registry.monitoring;
