package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.nfs.Operation;

/** The times of file operations by their kind; their spans, if there are any. */
@Singleton
public class FileMetrics {
    private final Map<Operation, Timer> timers = new EnumMap<>(Operation.class);

    @Inject
    FileMetrics(Meters meters) {
        for (Operation each : Operation.values()) {
            timers.put(
                    each,
                    meters.timer(
                            "registry.nfs.operation.duration",
                            "Time of a file operation on the share, well or not",
                            List.of(Tag.of("operation", each.name().toLowerCase(Locale.ROOT)))));
        }
    }

    void start(
            @Observes @Initialized(ApplicationScoped.class) Object event, NfsConnectionFactory nfs, Tracing tracing) {
        nfs.observe(tracing.isOn() ? new Traced(tracing) : this::record);
    }

    private void record(Operation operation, long nanos) {
        timers.get(operation).record(nanos, TimeUnit.NANOSECONDS);
    }

    private final class Traced implements Operation.Observer {
        private final Tracing tracing;

        private Traced(Tracing tracing) {
            this.tracing = tracing;
        }

        @Override
        public void ended(Operation operation, long nanos) {
            record(operation, nanos);
            tracing.fileOperation(operation, nanos);
        }

        @Override
        public <T> Callable<T> carry(Callable<T> work) {
            return tracing.carry(work);
        }
    }
}
