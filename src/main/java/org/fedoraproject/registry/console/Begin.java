package org.fedoraproject.registry.console;

import java.time.Duration;

/** The begin of a session in the browser. */
final class Begin {
    private Begin() {}

    static Answer session(Visit visit, String session, Duration lifetime) {
        keep(visit, session, lifetime);
        return new Answer.Redirect(Places.next(visit.fields().first("next")));
    }

    /** Only puts it into the browser. */
    static void keep(Visit visit, String session, Duration lifetime) {
        Cookies.SESSION.set(visit.http(), visit.response(), session, lifetime);
        Cookies.SECRET.clear(visit.http(), visit.response());
    }
}
