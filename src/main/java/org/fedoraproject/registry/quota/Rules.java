package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.RepositoryName;

/** The statements of a rule file. */
final class Rules {
    static final Rules NONE = new Rules(List.of());

    private final List<Rule> all;
    private final Map<String, Rule> byLabel = new LinkedHashMap<>();

    /** @param all in the order of the file */
    Rules(List<Rule> all) {
        this.all = List.copyOf(all);
        all.forEach(rule -> byLabel.put(rule.label(), rule));
    }

    List<Rule> all() {
        return all;
    }

    /** The one with this {@link Rule#label}. */
    Optional<Rule> labelled(String label) {
        return Optional.ofNullable(byLabel.get(label));
    }

    /** Of all of them, in the order of the file. */
    List<String> labels() {
        return List.copyOf(byLabel.keySet());
    }

    /** The accounts that a repository belongs to. */
    List<Account> accounts(RepositoryName name) {
        List<Account> accounts = new ArrayList<>();
        for (Rule rule : all) {
            rule.account(name).ifPresent(account -> accounts.add(new Account(rule, account, rule.key(account))));
        }
        return accounts;
    }
}
