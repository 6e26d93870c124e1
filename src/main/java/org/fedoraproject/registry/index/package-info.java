/**
 * What a front page and indexers ask for and the API of the specification does not answer: repositories by a part of
 * their name, and what their tags are. In memory, made of the tree again and again. May use {@code oci}, {@code store},
 * {@code repository}, {@code config} and {@code duty}. Start reading with {@link org.fedoraproject.registry.index.Walk}
 * and {@link org.fedoraproject.registry.index.TagDetails}.
 */
package org.fedoraproject.registry.index;
