package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.fedoraproject.registry.oci.QuotaExcess.User;

/** The repositories, or namespaces, that use most. */
final class Top {
    private static final int SIZE = 3;
    private static final Comparator<User> MOST_FIRST =
            Comparator.comparingLong(User::used).reversed().thenComparing(User::repository);

    private final List<User> users = new ArrayList<>();

    /** Replaces what it had before. */
    void add(User user) {
        users.removeIf(other -> other.repository().equals(user.repository()));
        users.add(user);
        users.sort(MOST_FIRST);
        if (users.size() > SIZE) {
            users.removeLast();
        }
    }

    /** The first one uses most. */
    List<User> users() {
        return List.copyOf(users);
    }
}
