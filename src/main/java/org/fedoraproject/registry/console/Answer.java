package org.fedoraproject.registry.console;

/** What a form leads to. */
sealed interface Answer permits Sheet, Answer.Redirect {
    /** @param path of this host */
    record Redirect(String path) implements Answer {}
}
