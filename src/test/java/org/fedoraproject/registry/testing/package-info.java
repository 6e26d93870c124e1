/**
 * What the tests of several packages need: assertions on refusals, and content to push. For those against a running registry,
 * {@code Command} runs a program to its end and {@code Daemon} one that goes on, such as {@code ServerProcess};
 * {@code RegistryClient} sends what a decent client sends, and {@code Wire} the rest.
 */
package org.fedoraproject.registry.testing;
