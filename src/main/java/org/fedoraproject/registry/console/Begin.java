package org.fedoraproject.registry.console;

import java.time.Duration;

/** The begin of a session in the browser. */
final class Begin {
    private Begin() {}

    static Answer session(Visit visit, String session, Duration lifetime) {
        Cookies.SESSION.set(visit.http(), visit.response(), session, lifetime);
        Cookies.SECRET.clear(visit.http(), visit.response());
        return new Answer.Redirect(Places.next(visit.fields().first("next")));
    }
}
