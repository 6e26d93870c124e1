package org.fedoraproject.registry.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Servers that start at the same time, which takes less than one after the other. */
public final class Together {
    /** How one of them is started. */
    public interface Start extends Callable<ServerProcess> {}

    private Together() {}

    /** Returns them in the order given. If one does not start, the others are ended. */
    public static List<ServerProcess> start(Start... starts) throws Exception {
        List<ServerProcess> started = new ArrayList<>();
        AssertionError failure = null;
        try (ExecutorService executor = Executors.newFixedThreadPool(starts.length)) {
            for (Future<ServerProcess> future : executor.invokeAll(List.of(starts))) {
                try {
                    started.add(future.get());
                } catch (ExecutionException e) {
                    failure = new AssertionError("a server does not start", e.getCause());
                }
            }
        }
        if (failure != null) {
            for (ServerProcess server : started) {
                server.close();
            }
            throw failure;
        }
        return started;
    }
}
