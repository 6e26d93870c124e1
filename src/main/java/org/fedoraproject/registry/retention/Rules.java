package org.fedoraproject.registry.retention;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * The statements of a rule file.
 *
 * @param all in the order of the file
 */
record Rules(List<Rule> all) {
    Rules {
        all = List.copyOf(all);
    }

    /** The rules for a repository; empty if none of them deletes, because then all of its tags stay. */
    List<Rule> of(RepositoryName repository) {
        List<Rule> rules = all.stream().filter(rule -> rule.isAbout(repository)).toList();
        return rules.stream().anyMatch(Rule::deletes) ? rules : List.of();
    }

    /** Differs for rules that differ. */
    String version() {
        return Digest.of(all.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }
}
