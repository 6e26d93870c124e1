package org.fedoraproject.registry.oci;

import java.util.List;
import java.util.function.Predicate;

/**
 * What a quota says to a push that it has no room for; the detail of the error.
 *
 * @param quota the statement of the administrator
 * @param of whose usage it is: the pattern, or one namespace or repository where the quota is for each
 * @param kind what is counted: {@code bytes}, {@code tags} or {@code repositories}
 * @param asked how much more the push needs
 * @param by the repositories that used most when all was counted, and that the caller may see
 */
public record QuotaExcess(String quota, String of, String kind, long limit, long used, long asked, List<User> by) {
    /** What one repository uses. */
    public record User(String repository, long used) {}

    public QuotaExcess {
        by = List.copyOf(by);
    }

    /** Without the repositories that the caller may not see. */
    public QuotaExcess shownTo(Predicate<RepositoryName> visible) {
        return new QuotaExcess(
                quota,
                of,
                kind,
                limit,
                used,
                asked,
                by.stream()
                        .filter(user -> visible.test(RepositoryName.parse(user.repository)))
                        .toList());
    }
}
