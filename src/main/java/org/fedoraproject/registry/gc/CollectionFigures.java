package org.fedoraproject.registry.gc;

/**
 * What a collection has counted so far. A dry run counts as moved and deleted what it would move and delete.
 *
 * @param repositories that it has looked through
 * @param manifests that it has read
 * @param broken links and manifests that cannot be understood; nothing that their repositories have is collected
 * @param unreadable manifests, links and directories that the storage failed to deliver, and symbolic links; no blob is
 *     collected then
 * @param failed blobs, links and directories that the storage failed to move or delete, which were left alone
 * @param liveBlobs that some manifest needs
 * @param blobs in the tree
 * @param trashedBlobs moved to the trash
 * @param trashedBytes in these
 * @param trashedLinks links of repositories to blobs, moved to the trash
 * @param restored blobs and links that were moved back from the trash, because they are needed or in use
 * @param purgedBlobs deleted from the trash
 * @param purgedBytes in these
 * @param purgedLinks links of repositories to blobs and manifests, deleted from the trash
 * @param untagged manifests moved to the trash, because they have no tag and were not in use for some time
 */
public record CollectionFigures(
        long repositories,
        long manifests,
        long broken,
        long unreadable,
        long failed,
        long liveBlobs,
        long blobs,
        long trashedBlobs,
        long trashedBytes,
        long trashedLinks,
        long restored,
        long purgedBlobs,
        long purgedBytes,
        long purgedLinks,
        long untagged) {}
