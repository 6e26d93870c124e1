package org.fedoraproject.registry.page;

/** What {@code home.jte} shows. */
public record HomePage(Layout layout, Commands commands, RepositoryList list) {}
