package org.fedoraproject.registry.v2;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Wire;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The protocol, row by row: endpoint, request, status, error code, headers. Each row has a repository of its own,
 * {@code {repo}}, beside {@code {app}} and {@code {tags}} that all read.
 */
class ProtocolIT extends DeployedRegistry {
    private static final String APP = "protocol/app";

    @ArquillianResource
    URI base;

    @TestFactory
    Stream<DynamicTest> table() {
        RegistryClient registry = new RegistryClient(base);
        AtomicInteger number = new AtomicInteger();
        return Stream.concat(
                        Stream.of(Pushes.app(APP)),
                        Stream.of(
                                        BaseRows.ROWS,
                                        ManifestRows.ROWS,
                                        ManifestPutRows.ROWS,
                                        BlobRows.ROWS,
                                        UploadStartRows.ROWS,
                                        UploadRows.ROWS,
                                        CutUploadRows.ROWS,
                                        DeleteRows.ROWS,
                                        ListingRows.ROWS,
                                        ReferrerRows.ROWS,
                                        RoutingRows.ROWS,
                                        BrokenTreeRows.ROWS)
                                .flatMap(List::stream))
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> run(row, registry, number.incrementAndGet())))
                .onClose(registry::close);
    }

    private void run(Row row, RegistryClient registry, int number) throws Exception {
        Path tree = BuildDirectory.servedRoot().resolve("docker/registry/v2");
        Wire wire = new Wire(base.getHost(), base.getPort());
        var variables = new HashMap<>(Map.of("app", APP, "tags", "protocol/tags", "repo", "protocol/row" + number));
        Step.Session session = new Step.Session(registry, wire, tree, variables);
        for (Step step : row.steps()) {
            try {
                step.run(session);
            } catch (AssertionError e) {
                throw new AssertionError(row.name() + "\n" + e.getMessage(), e);
            }
        }
    }
}
