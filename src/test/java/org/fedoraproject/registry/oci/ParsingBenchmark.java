package org.fedoraproject.registry.oci;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The parsing of each request's path and of each pushed manifest. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParsingBenchmark {
    private static final String HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    // Not final, or the compiler would do the work once
    private String name = "fedora/toolbox/x86_64-rawhide";
    private String digest = "sha256:" + HEX;
    private String tag = "44.20261125.0";
    private byte[] image = manifest(20);

    private static byte[] manifest(int layers) {
        String descriptor =
                "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"sha256:" + HEX + "\",\"size\":%d}";
        return ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + descriptor.formatted("config.v1+json", 7023)
                        + IntStream.range(0, layers)
                                .mapToObj(i -> descriptor.formatted("layer.v1.tar+gzip", 1000 + i))
                                .collect(Collectors.joining(",", ",\"layers\":[", "]}")))
                .getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public RepositoryName name() {
        return RepositoryName.parse(name);
    }

    @Benchmark
    public Digest digest() {
        return Digest.parse(digest);
    }

    @Benchmark
    public Tag tag() {
        return Tag.parse(tag);
    }

    @Benchmark
    public Manifest manifest() {
        return Manifest.parse(image, Optional.empty());
    }

    /** The parsing of a manifest for a GET. */
    @Benchmark
    public Optional<MediaType> manifestType() {
        return Manifest.storedType(image);
    }

    @Benchmark
    public Digest manifestDigest() {
        return Digest.of(image);
    }
}
