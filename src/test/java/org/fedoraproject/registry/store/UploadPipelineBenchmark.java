package org.fedoraproject.registry.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The processing of an upload's bytes: the digest alone, and the digest with the writing into a file, which is reused.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class UploadPipelineBenchmark {
    /** Less than a slot of the ring, and many rounds of the ring. */
    @Param({"1024", "16777216"})
    private int size;

    private Path root;
    private byte[] content;
    private NfsFile file;

    @Setup(Level.Trial)
    public void open() throws Exception {
        root = Files.createTempDirectory("reception");
        content = Content.random(size);
        Stores stores = new Stores(root);
        Path path = stores.write("data", "");
        file = stores.storage()
                .use(connection -> connection.openForWriting(path))
                .orElseThrow();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        file.close();
        BuildDirectory.delete(root);
    }

    @Benchmark
    public Digest digest() {
        ContentDigester digester = new ContentDigester(Digest.Algorithm.SHA256);
        digester.update(content, size);
        return digester.digest(Digest.Algorithm.SHA256).orElseThrow();
    }

    @Benchmark
    public Digest reception() throws IOException {
        ContentDigester digester = new ContentDigester(Digest.Algorithm.SHA256);
        new UploadPipeline(new ByteArrayInputStream(content), file, 0, digester, () -> {}).run();
        return digester.digest(Digest.Algorithm.SHA256).orElseThrow();
    }
}
