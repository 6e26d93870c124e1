package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Writes the audit log: who did what, from where, and the result, as lines of JSON in a log category of their own.
 * Successful pulls are logged at {@code DEBUG}, everything else at {@code INFO}. No entry has a secret or part of one.
 */
@Singleton
public class AuditLog {
    private static final Logger LOG = Logger.getLogger("org.fedoraproject.registry.audit");

    /** So many lines are kept in memory for people. */
    private static final int KEPT = 1000;
    /** In characters. A line is longer only if a client has made it so. */
    private static final int MAX_KEPT = 2000;

    private final Map<DenialReason, AtomicLong> refusals = new EnumMap<>(DenialReason.class);
    private final Deque<String> recent = new ArrayDeque<>();

    @Inject
    public AuditLog() {
        for (DenialReason each : DenialReason.values()) {
            refusals.put(each, new AtomicLong());
        }
    }

    /** The requests refused for this reason. */
    public long count(DenialReason why) {
        return refusals.get(why).get();
    }

    public void refused(DenialReason why) {
        refusals.get(why).incrementAndGet();
    }

    public boolean tellsPulls() {
        return LOG.isDebugEnabled();
    }

    /** Logs at {@code INFO} if important, else at {@code DEBUG}. */
    public void tell(boolean important, Entry entry) {
        String line = entry.toString();
        LOG.log(important ? Logger.Level.INFO : Logger.Level.DEBUG, line);
        if (important) {
            keep(line);
        }
    }

    private void keep(String line) {
        if (line.length() > MAX_KEPT) {
            return;
        }
        synchronized (recent) {
            recent.addFirst(line);
            if (recent.size() > KEPT) {
                recent.removeLast();
            }
        }
    }

    /** The last important lines of this instance since its start, the newest first; without very long ones. */
    public List<String> recent() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    /** A request's fields, in the order added. */
    public static final class Entry {
        private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());
        /** As in the other logs. */
        private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

        private final JsonObjectBuilder fields = JSON.createObjectBuilder();

        public Entry() {
            this(ZonedDateTime.now(ZoneId.systemDefault()));
        }

        Entry(ZonedDateTime time) {
            fields.add("timestamp", TIMESTAMP.format(time)).add("logger", "audit");
        }

        /** Omits an empty value. */
        public Entry with(String key, String value) {
            if (value != null && !value.isEmpty()) {
                fields.add(key, value);
            }
            return this;
        }

        public Entry with(String key, int value) {
            fields.add(key, value);
            return this;
        }

        @Override
        public String toString() {
            return escaped(fields.build().toString());
        }

        /** Escapes clients' values: none may move a terminal's cursor or reverse the text after it. */
        private static String escaped(String json) {
            StringBuilder line = new StringBuilder(json.length());
            for (int i = 0; i < json.length(); i++) {
                char c = json.charAt(i);
                if (c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c)) {
                    line.append(c);
                } else {
                    line.append("\\u").append("%04x".formatted((int) c));
                }
            }
            return line.toString();
        }
    }
}
