package org.fedoraproject.registry.auth;

import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.fedoraproject.registry.testing.Fuzzer;
import org.fedoraproject.registry.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Files of passwords, as tired administrators may write them. */
class FuzzTest {
    /** A hash takes long on purpose: only those that take about a millisecond are computed, and not each. */
    private static final Pattern EXPENSIVE = Pattern.compile("\\$2[axy]?\\$(0[7-9]|[1-9])|rounds=[0-9]{5}");

    private static final int COMPUTED = 10;

    /** Held, for the JDK forgets loggers that nobody holds. */
    private static final Logger SAYS_EACH_BAD_LINE = Logger.getLogger(HtpasswdFile.class.getName());

    @Test
    void htpasswd() {
        SAYS_EACH_BAD_LINE.setLevel(Level.OFF);
        try {
            Fuzzer fuzzer = Fuzzing.fuzzer("htpasswd");
            Fuzzing.feed("htpasswd", 3, fuzzer, text -> {
                HtpasswdFile passwords = HtpasswdFile.read(text);
                boolean computed =
                        fuzzer.below(COMPUTED) == 0 && !EXPENSIVE.matcher(text).find();
                if (computed) {
                    passwords.verify("alice", "password");
                    passwords.verify("nobody", text.substring(0, Math.min(text.length(), 100)));
                }
                return passwords.version("alice").isPresent();
            });
        } finally {
            SAYS_EACH_BAD_LINE.setLevel(null);
        }
    }
}
