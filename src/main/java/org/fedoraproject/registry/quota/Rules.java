package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.RepositoryName;

/** The statements of a rule file. */
final class Rules {
    static final Rules NONE = new Rules(List.of());

    /** So many that those of the pushes at work are among them. */
    private static final int MAX_KNOWN = 200;

    /** More are not worth their memory. */
    private static final int MAX_ACCOUNTS = 1000;

    private final List<Rule> all;
    private final Map<String, Rule> byLabel = new LinkedHashMap<>();
    private final Map<RepositoryName, List<Account>> known =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<RepositoryName, List<Account>> eldest) {
                    return size() > MAX_KNOWN;
                }
            });

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

    /** The accounts that a repository belongs to. Asks the patterns only where that is not known from a moment ago. */
    List<Account> accounts(RepositoryName name) {
        List<Account> accounts = known.get(name);
        if (accounts == null) {
            accounts = match(name);
            if (accounts.size() <= MAX_ACCOUNTS) {
                known.put(name, accounts);
            }
        }
        return accounts;
    }

    private List<Account> match(RepositoryName name) {
        List<Account> accounts = new ArrayList<>();
        for (Rule rule : all) {
            rule.account(name).ifPresent(account -> accounts.add(new Account(rule, account, rule.key(account))));
        }
        return List.copyOf(accounts);
    }
}
