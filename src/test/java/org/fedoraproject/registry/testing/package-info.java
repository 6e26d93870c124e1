/**
 * What the tests of several packages need: assertions on refusals, and content to push; for those against a running registry,
 * programs with a time-out, directories below the build's, and a plain HTTP client.
 */
package org.fedoraproject.registry.testing;
