package org.fedoraproject.registry.console;

/** What a form leads to. */
sealed interface Answer permits Sheet, Answer.Redirect, Answer.Farewell {
    /** @param location a path of this host, or the URL of the OpenID provider */
    record Redirect(String location) implements Answer {}

    /** A page for nobody in particular, after a person has signed out. */
    record Farewell(Sheet sheet) implements Answer {}
}
