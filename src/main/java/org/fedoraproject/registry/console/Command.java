package org.fedoraproject.registry.console;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a form of the console asks for. Each has a path of its own, and a handler. */
enum Command {
    SIGN_IN(false),
    SIGN_IN_CERTIFIED(false),
    SIGN_OUT(true),
    ISSUE_TOKEN(true),
    DELETE(true),
    TAG(true),
    START_JOB(true),
    STOP_JOB(true),
    SET_SWITCH(true),
    REPLAY(true),
    DISCARD(true);

    private final boolean needsSession;

    Command(boolean needsSession) {
        this.needsSession = needsSession;
    }

    /** Whether only a person who has signed in can ask for it. */
    boolean needsSession() {
        return needsSession;
    }

    /** Where its form is sent. */
    String path() {
        return Places.ROOT + "do/" + word();
    }

    /** Its name in the path and in the audit log. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @param below what follows {@link Places#ROOT} */
    static Optional<Command> at(String below) {
        return Stream.of(values())
                .filter(each -> each.path().equals(Places.ROOT + below))
                .findFirst();
    }
}
