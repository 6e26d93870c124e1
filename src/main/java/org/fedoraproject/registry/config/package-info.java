/**
 * Configuration as a whole: each package declares its own keys, in a record beside their user, and this one sees to it that no
 * other key is given. Secrets stand in files that keys name; files that administrators change while the registry runs are read
 * by {@link org.fedoraproject.registry.config.LiveFile}. Uses nothing of ours.
 */
package org.fedoraproject.registry.config;
