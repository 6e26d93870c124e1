/**
 * Configuration as a whole. Each package declares its keys in a record beside their user, with
 * {@link org.fedoraproject.registry.config.Setting}; this package checks their values at the start, refuses all other
 * keys, and prints what is in effect. Secrets are in files that keys name;
 * {@link org.fedoraproject.registry.config.LiveFile} reloads files that administrators change while the registry runs.
 * Uses no other package. Start reading with {@link org.fedoraproject.registry.config.Settings}.
 */
package org.fedoraproject.registry.config;
