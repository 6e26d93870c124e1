package org.fedoraproject.registry.policy;

import java.util.Objects;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/** Answers what the caller of one request may do besides the operation that it names. */
public final class Access {
    /** The access where there is no policy. */
    public static final Access EVERYTHING = new Access(null, Caller.ANONYMOUS);

    /** {@code null} if everything is allowed. */
    private final Policy policy;

    private final Caller caller;

    private Access(Policy policy, Caller caller) {
        this.policy = policy;
        this.caller = caller;
    }

    public static Access of(Policy policy, Caller caller) {
        return new Access(Objects.requireNonNull(policy), caller);
    }

    public Caller caller() {
        return caller;
    }

    public boolean mayPull(RepositoryName repository) {
        return may(repository, Action.PULL);
    }

    /** Whether the caller may list repositories at all. */
    public boolean mayUseCatalog() {
        return may(Action.CATALOG);
    }

    public boolean may(RepositoryName repository, Action action) {
        return policy == null || policy.allows(caller, repository, action);
    }

    /** The same for actions on the registry as a whole. */
    public boolean may(Action action) {
        return policy == null || policy.allows(caller, action);
    }

    /** Whether the catalog shows the repository. */
    public boolean mayList(RepositoryName repository) {
        return policy == null || policy.lists(caller, repository);
    }

    /** Whether everybody may pull, so that caches and the CDN may have it. */
    public boolean isPublic(RepositoryName repository) {
        return policy == null || policy.allows(Caller.ANONYMOUS, repository, Action.PULL);
    }

    /** Whether nothing is hidden from the caller, so that lists need no filtering. */
    public boolean isUnlimited() {
        return policy == null;
    }

    /** Whether a child of a pushed index must be in the repository. */
    public Predicate<Descriptor> neededChildren(RepositoryName repository) {
        return policy == null ? child -> true : policy.neededChildren(repository);
    }

    /** Whether the tag, if it exists, must not change. */
    public boolean isImmutable(RepositoryName repository, Tag tag) {
        return policy != null && policy.isImmutable(repository, tag);
    }
}
