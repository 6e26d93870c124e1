package org.fedoraproject.registry.quota;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Glob;

/**
 * A statement of the rule file. What repositories use is summed up in accounts: one for the rule, or one for each
 * namespace or repository.
 *
 * @param line its number in the file
 * @param text the statement as it was written
 * @param literal how every name that it is about begins
 * @param each what has an account of its own; empty for one account of all
 * @param id differs for rules whose accounts differ; the limit makes no difference
 */
record Rule(
        int line, String text, Kind kind, Glob repositories, String literal, Optional<Each> each, long limit, long id) {
    /** What has an account of its own. */
    sealed interface Each {
        record Repository() implements Each {}

        /** All repositories whose first components match. */
        record Namespace(Glob pattern, int components) implements Each {}
    }

    static Rule of(int line, String text, Kind kind, Glob repositories, Optional<Each> each, long limit) {
        int star = repositories.text().indexOf('*');
        String literal = star < 0 ? repositories.text() : repositories.text().substring(0, star);
        String accounts =
                kind + " " + repositories.text() + " " + each.map(Rule::name).orElse("");
        return new Rule(line, text, kind, repositories, literal, each, limit, hash(accounts));
    }

    private static String name(Each each) {
        return switch (each) {
            case Each.Repository repository -> "each";
            case Each.Namespace namespace -> "each " + namespace.pattern().text();
        };
    }

    /** What the account for this repository is called; empty if the rule is not about it. */
    Optional<String> account(RepositoryName name) {
        String text = name.value();
        if (!text.startsWith(literal) || !repositories.matches(text)) {
            return Optional.empty();
        }
        return each.isEmpty() ? Optional.of(repositories.text()) : part(each.get(), text);
    }

    private static Optional<String> part(Each each, String name) {
        return switch (each) {
            case Each.Repository repository -> Optional.of(name);
            case Each.Namespace namespace -> first(name, namespace.components()).filter(namespace.pattern()::matches);
        };
    }

    private static Optional<String> first(String name, int components) {
        int end = -1;
        for (int i = 0; i < components; i++) {
            if (end == name.length()) {
                return Optional.empty();
            }
            int slash = name.indexOf('/', end + 1);
            end = slash < 0 ? name.length() : slash;
        }
        return Optional.of(name.substring(0, end));
    }

    /** The number of an account, by which its usage is kept; accounts of different rules have different ones. */
    long key(String account) {
        return each.isEmpty() ? id : hash(HexFormat.of().toHexDigits(id) + " " + account);
    }

    /** Without the amount. */
    String label() {
        return repositories.text() + " " + kind + each.map(of -> " " + name(of)).orElse("");
    }

    /** So many bits that two of a million texts have the same with a probability of 1 to 30,000,000. */
    private static long hash(String text) {
        String hex = Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).getLong();
    }

    @Override
    public String toString() {
        return "line " + line + ": " + text;
    }
}
