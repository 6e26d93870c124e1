package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Who did what, from where, and how it ended: a line of JSON each in a log category of its own. Pulls that succeed are told at
 * the level {@code DEBUG}, everything else at {@code INFO}. Nothing here is a secret, nor ever part of one.
 */
@Singleton
public class Audit {
    private static final Logger LOG = Logger.getLogger("org.fedoraproject.registry.audit");

    private final Map<Refusal, AtomicLong> refusals = new EnumMap<>(Refusal.class);

    @Inject
    public Audit() {
        for (Refusal each : Refusal.values()) {
            refusals.put(each, new AtomicLong());
        }
    }

    /** How often a request did not get further for this reason. */
    public long count(Refusal why) {
        return refusals.get(why).get();
    }

    public void refused(Refusal why) {
        refusals.get(why).incrementAndGet();
    }

    public boolean tellsPulls() {
        return LOG.isDebugEnabled();
    }

    /** A line of what was found out, in this order. */
    public void tell(boolean important, Entry entry) {
        LOG.log(important ? Logger.Level.INFO : Logger.Level.DEBUG, entry.toString());
    }

    /** What is told of one request. */
    public static final class Entry {
        private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());
        /** As the other logs have it. */
        private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

        private final JsonObjectBuilder fields = JSON.createObjectBuilder();

        public Entry() {
            this(ZonedDateTime.now(ZoneId.systemDefault()));
        }

        Entry(ZonedDateTime time) {
            fields.add("timestamp", TIMESTAMP.format(time)).add("logger", "audit");
        }

        /** Leaves out what is empty. */
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

        /** Clients choose some of the values: none of them moves a terminal's cursor, or turns what follows around. */
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
