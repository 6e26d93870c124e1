package org.fedoraproject.registry.retention;

/**
 * What a run of retention has counted so far.
 *
 * @param repositories that it has finished
 * @param tags that it has looked at; none in repositories where no rule deletes
 * @param deleted tags; in a dry run, those that it would delete
 * @param kept tags that a rule deletes and another one keeps
 * @param immutable tags that a rule deletes and the policy keeps
 * @param unknown tags that a rule may delete and that stay, because it is not known when their content was created
 * @param moved tags that stay because they were moved or deleted after they were judged
 * @param failed tags that stay because the storage failed, and repositories whose tags could not be listed
 */
public record RetentionFigures(
        long repositories, long tags, long deleted, long kept, long immutable, long unknown, long moved, long failed) {}
