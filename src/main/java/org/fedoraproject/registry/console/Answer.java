package org.fedoraproject.registry.console;

/** What a form leads to. */
sealed interface Answer permits Sheet, Answer.Redirect {
    /** @param location a path of this host, or the URL of the OpenID provider */
    record Redirect(String location) implements Answer {}
}
