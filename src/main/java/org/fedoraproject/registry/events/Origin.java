package org.fedoraproject.registry.events;

/**
 * Who or what caused an event. Without a request, all but the actor is empty.
 *
 * @param actor the user's name, or the job's; empty if anonymous
 * @param id of the request
 * @param address of the client
 * @param host that the client asked
 * @param url scheme and host
 */
public record Origin(
        String actor, String id, String address, String host, String method, String userAgent, String url) {
    /** Nobody knows. */
    public static final Origin UNKNOWN = job("");

    private static final int MAX_USER_AGENT = 512;

    public Origin {
        userAgent = userAgent.length() > MAX_USER_AGENT ? userAgent.substring(0, MAX_USER_AGENT) : userAgent;
    }

    public static Origin job(String name) {
        return new Origin(name, "", "", "", "", "", "");
    }

    boolean isRequest() {
        return !method.isEmpty();
    }
}
