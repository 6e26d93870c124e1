package org.fedoraproject.registry.page;

/**
 * A link in the header.
 *
 * @param current whether it leads to the page that shows it
 */
public record Link(String href, String text, boolean current) {}
