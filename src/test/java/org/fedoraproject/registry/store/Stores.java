package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fedoraproject.registry.nfs.NfsConfig;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.TreeRoot;

/**
 * All stores over one directory; two of these over one directory are two instances on one share. They have a single
 * connection, so that code that takes a second one while it holds the first is refused.
 */
public final class Stores {
    /** The grace time of collections. */
    public static final Duration GRACE = Duration.ofHours(24);

    private final Path tree;
    private final NfsConnectionFactory factory;
    private final Storage storage;
    private final Trash trash;
    private final Leases leases;
    private final BlobStore blobs;
    private final LinkStore links;
    private final TagStore tags;
    private final ReferrerStore referrers;
    private final RepositoryStore repositories;
    private final UploadStore uploads;
    private final RetentionStore retention;

    public Stores(Path root) {
        this(root, Duration.ofSeconds(10));
    }

    /** @param wait the wait for the connection */
    Stores(Path root, Duration wait) {
        this(root, factory(root, 1, wait), Steps.NONE, Optional.empty());
    }

    /** @param steps called before each use of a connection, and instead of each wait */
    public Stores(Path root, Steps steps) {
        this(root, 1, steps);
    }

    /** @param connections how many there are */
    public Stores(Path root, int connections, Steps steps) {
        this(root, factory(root, connections, Duration.ofSeconds(10)), steps, Optional.empty());
    }

    /** Where collections take manifests that have no tag. */
    public static Stores takingUntagged(Path root, Duration unused) {
        return new Stores(root, factory(root, 1, Duration.ofSeconds(10)), Steps.NONE, Optional.of(unused));
    }

    private Stores(Path root, NfsConnectionFactory factory, Steps steps, Optional<Duration> untaggedAfter) {
        this.tree = root.resolve("docker/registry/v2");
        this.factory = factory;
        this.storage = new Storage(factory) {
            @Override
            <T> T use(NfsConnectionFactory.Work<T> work) {
                steps.next();
                return super.use(work);
            }

            @Override
            void pause(Duration moment) {
                if (!steps.await()) {
                    super.pause(moment);
                }
            }
        };
        this.trash = new Trash(storage);
        this.leases = new Leases(trash, new LeaseConfig(GRACE, untaggedAfter));
        this.blobs = new BlobStore(storage, leases, trash, new Quarantine(storage));
        this.links = new LinkStore(storage, leases, trash);
        this.tags = new TagStore(storage, links);
        this.referrers = new ReferrerStore(storage);
        this.repositories = new RepositoryStore(storage);
        this.uploads = new UploadStore(storage, blobs, links);
        this.retention = new RetentionStore(storage);
    }

    Trash trash() {
        return trash;
    }

    public Garbage garbage() {
        return new Garbage(storage, links, trash);
    }

    /** Each is another instance's. */
    public GraceRecords graceRecords() {
        return new GraceRecords(storage);
    }

    /** Each is another instance's. */
    public CollectionFiles collectionFiles() {
        return new CollectionFiles(storage);
    }

    public Leases leases() {
        return leases;
    }

    public BlobStore blobs() {
        return blobs;
    }

    public LinkStore links() {
        return links;
    }

    public TagStore tags() {
        return tags;
    }

    public ReferrerStore referrers() {
        return referrers;
    }

    public RepositoryStore repositories() {
        return repositories;
    }

    public UploadStore uploads() {
        return uploads;
    }

    public RetentionStore retention() {
        return retention;
    }

    public TreeScan scan() {
        return new TreeScan(storage, new Quarantine(storage));
    }

    public BlobRepair blobRepair() {
        return new BlobRepair(storage, blobs);
    }

    public ScrubFiles scrubFiles() {
        return new ScrubFiles(storage);
    }

    public HistoryFiles historyFiles() {
        return new HistoryFiles(storage);
    }

    /** Each is another instance's. */
    public QuotaFiles quotaFiles() {
        return new QuotaFiles(storage);
    }

    /** Each is another instance's. */
    public EventFiles eventFiles() {
        return new EventFiles(storage, new QueueStore(storage));
    }

    /** Each is another instance's. */
    public ChangeNotes changeNotes() {
        return new ChangeNotes(storage);
    }

    public QuotaScan quotaScan() {
        return new QuotaScan(storage, garbage(), tags);
    }

    NfsConnectionFactory factory() {
        return factory;
    }

    Storage storage() {
        return storage;
    }

    /** The content of a path below {@code docker/registry/v2}. */
    public Path at(String path) {
        return tree.resolve(path);
    }

    /** Creates a file below {@code docker/registry/v2}, as another registry or an accident might do. */
    public Path write(String path, String content) throws IOException {
        Path file = at(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Stores a blob and links it. */
    public Digest layer(RepositoryName name, byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest, content);
        links.putLayer(name, digest, digest);
        return digest;
    }

    /** The files below {@code docker/registry/v2}, each as {@code <path>}, or {@code <path> -> <digest>} for a link. */
    public List<String> files() {
        if (!Files.exists(tree)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile)
                    .map(this::describe)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that there are no temporary files. */
    public void assertNoLeftovers() {
        assertThat(storage.layout().repositories().resolve("../../../../.tmp").normalize())
                .isEmptyDirectory();
    }

    private String describe(Path file) {
        String path = tree.relativize(file).toString();
        try {
            return file.endsWith("link") ? path + " -> " + Files.readString(file, StandardCharsets.US_ASCII) : path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NfsConnectionFactory factory(Path root, int connections, Duration wait) {
        try {
            return new NfsConnectionFactory(
                    new NfsConfig(TreeRoot.setUp(root), connections, wait, 8, Duration.ofSeconds(10)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
