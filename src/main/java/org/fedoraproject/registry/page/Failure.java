package org.fedoraproject.registry.page;

import org.fedoraproject.registry.oci.RegistryException;

/**
 * A failure in words for people.
 *
 * @param advice what to do next
 */
record Failure(int status, String title, String advice) {
    /** Says nothing of what the caller may not know: only the status decides. */
    static Failure of(RegistryException failure) {
        int status = failure.status();
        return switch (status) {
            case 400 -> new Failure(status, "This address is not valid", "Check the address for typing errors.");
            case 401 ->
                new Failure(
                        status,
                        "Your credentials were not accepted",
                        "Reload this page, and enter your user name and password again.");
            case 403 -> new Failure(status, "You may not do this", "Ask the administrator of this registry.");
            case 404 ->
                new Failure(
                        status,
                        "There is no such page",
                        "Either nothing is here, or you may not see it. If you have been given a user name, sign in.");
            case 429 -> new Failure(status, "Too many requests", "Wait a little, then reload this page.");
            case 503 ->
                new Failure(status, "The registry is busy or not ready", "Wait a little, then reload this page.");
            default ->
                new Failure(
                        status,
                        "Something went wrong",
                        "Try again later. If it goes on, tell the administrator of this registry.");
        };
    }
}
