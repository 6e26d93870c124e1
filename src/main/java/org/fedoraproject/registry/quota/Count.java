package org.fedoraproject.registry.quota;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.QuotaExcess.User;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * What was used when all was counted.
 *
 * @param epoch the number of the count; changes of this epoch and later ones came after it
 * @param begin by the server's clock; what is newer is not in the count
 * @param rules the ids of those that were counted for
 * @param used by the keys of accounts
 * @param by the repositories, or accounts, that used most, by the ids of rules
 */
record Count(long epoch, Instant begin, Duration took, Set<Long> rules, LongSums used, Map<Long, List<User>> by) {
    static final Count NONE = new Count(0, Instant.EPOCH, Duration.ZERO, Set.of(), new LongSums(), Map.of());

    private static final String HEAD = "quota-count-1";
    private static final String END = "end";

    static Count of(Epochs epochs, Instant begin, Duration took, Rules rules, Recount.Result result) {
        Set<Long> ids = rules.all().stream().map(Rule::id).collect(Collectors.toSet());
        return new Count(epochs.announced(), begin, took, ids, result.used(), result.by());
    }

    boolean covers(Rule rule) {
        return rules.contains(rule.id());
    }

    /** The repositories that use most of a quota; of one for each, those that have most themselves. */
    List<User> by(Rule rule) {
        return by.getOrDefault(rule.id(), List.of());
    }

    /** The lines of the file; the last one shows that the file is complete. */
    Iterator<String> lines() {
        List<String> few = new ArrayList<>();
        few.add(HEAD + " " + epoch + " " + begin + " " + took.toMillis());
        rules.forEach(id -> few.add("rule " + hex(id)));
        by.forEach((key, users) ->
                users.forEach(user -> few.add("by " + hex(key) + " " + user.repository() + " " + user.used())));
        return Stream.of(
                        few.stream(),
                        used.entries().map(entry -> "used " + hex(entry.key()) + " " + entry.sum()),
                        Stream.of(END))
                .flatMap(lines -> lines)
                .iterator();
    }

    private static String hex(long key) {
        return HexFormat.of().toHexDigits(key);
    }

    /** Reads a file line by line. */
    static final class Reader {
        private long epoch;
        private Instant begin = Instant.EPOCH;
        private Duration took = Duration.ZERO;
        private final Set<Long> rules = new HashSet<>();
        private final LongSums used = new LongSums();
        private final Map<Long, List<User>> by = new HashMap<>();
        private boolean begun;
        private boolean ended;
        private boolean broken;

        void accept(String line) {
            String[] words = line.split(" ", -1);
            try {
                if (ended || begun == words[0].equals(HEAD)) {
                    broken = true;
                } else {
                    read(words);
                }
            } catch (RegistryException | IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
                broken = true;
            }
        }

        private void read(String[] words) {
            switch (words[0]) {
                case HEAD -> {
                    epoch = Long.parseLong(words[1]);
                    begin = Instant.parse(words[2]);
                    took = Duration.ofMillis(Long.parseLong(words[3]));
                    begun = true;
                }
                case "rule" -> rules.add(key(words[1]));
                case "used" -> used.add(key(words[1]), Long.parseLong(words[2]));
                case "by" ->
                    by.computeIfAbsent(key(words[1]), key -> new ArrayList<>())
                            .add(new User(RepositoryName.parse(words[2]).value(), Long.parseLong(words[3])));
                case END -> ended = true;
                default -> broken = true;
            }
        }

        private static long key(String hex) {
            return HexFormat.fromHexDigitsToLong(hex);
        }

        /** Empty if there was no count, or an accident has cut it. */
        Optional<Count> count() {
            return begun && ended && !broken
                    ? Optional.of(new Count(epoch, begin, took, rules, used, by))
                    : Optional.empty();
        }
    }
}
