package org.fedoraproject.registry.quota;

/**
 * What is limited by a rule.
 *
 * @param name the pattern, or the namespace or repository
 * @param key by which its usage is kept
 */
record Account(Rule rule, String name, long key) {
    Kind kind() {
        return rule.kind();
    }
}
