package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Who did what, from where, and how it ended: a line each in a log category of its own. Pulls that succeed are told at the level
 * {@code DEBUG}, everything else at {@code INFO}. Nothing here is a secret, nor ever part of one.
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

    void refused(Refusal why) {
        refusals.get(why).incrementAndGet();
    }

    boolean tellsPulls() {
        return LOG.isDebugEnabled();
    }

    /** A line of what was found out, in this order. */
    void tell(boolean important, Entry entry) {
        LOG.log(important ? Logger.Level.INFO : Logger.Level.DEBUG, entry.toString());
    }

    /** What is told of one request: {@code key=value}, with quotes where a value has more than a word. */
    static final class Entry {
        private final Map<String, String> fields = new LinkedHashMap<>();

        /** Leaves out what is empty. */
        Entry with(String key, String value) {
            if (value != null && !value.isEmpty()) {
                fields.put(key, value);
            }
            return this;
        }

        @Override
        public String toString() {
            StringBuilder line = new StringBuilder();
            fields.forEach((key, value) -> {
                line.append(line.isEmpty() ? "" : " ").append(key).append('=');
                quote(line, value);
            });
            return line.toString();
        }

        /** Clients choose some of the values: none of them begins another field, or another line. */
        private static void quote(StringBuilder line, String value) {
            boolean plain = value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\');
            if (plain) {
                line.append(value);
                return;
            }
            line.append('"');
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    line.append('\\').append(c);
                } else {
                    line.append(c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c) ? c : '?');
                }
            }
            line.append('"');
        }
    }
}
