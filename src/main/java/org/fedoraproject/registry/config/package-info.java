/**
 * Configuration as a whole. Each package declares its keys in a record beside their user; this package refuses all
 * other keys. Secrets are in files that keys name; {@link org.fedoraproject.registry.config.LiveFile} reloads files
 * that administrators change while the registry runs. Uses no other package. Start reading with
 * {@link org.fedoraproject.registry.config.ConfigurationCheck}.
 */
package org.fedoraproject.registry.config;
