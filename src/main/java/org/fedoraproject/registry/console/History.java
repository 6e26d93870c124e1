package org.fedoraproject.registry.console;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.RequestObserver;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.store.HistoryFiles;

/**
 * How busy this instance was in each minute of the last day. It is kept in memory, and every five minutes on the share,
 * from where other instances read it, and this one after a restart.
 */
@Singleton
public class History implements RequestObserver {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int KEPT = 24 * 60;
    private static final int EVERY = 5;

    private final HistoryFiles files;
    private final BooleanSupplier readOnly;
    private final LongSupplier minutes;
    private final String self;
    private final LongAdder pulls = new LongAdder();
    private final LongAdder pushes = new LongAdder();
    private final LongAdder served = new LongAdder();
    private final LongAdder redirected = new LongAdder();
    private final Deque<Load> past = new ArrayDeque<>();
    private boolean loaded;
    private int unwritten;

    @Inject
    public History(HistoryFiles files, Switches switches) {
        this(
                files,
                () -> switches.isOn(Switch.READ_ONLY),
                () -> System.currentTimeMillis() / MINUTE.toMillis(),
                System.getProperty("jboss.node.name", "registry") + "-"
                        + System.getProperty("jboss.http.port", "8080"));
    }

    /**
     * @param minutes since the epoch
     * @param self the name of this instance, which it has after a restart as well
     */
    History(HistoryFiles files, BooleanSupplier readOnly, LongSupplier minutes, String self) {
        this.files = files;
        this.readOnly = readOnly;
        this.minutes = minutes;
        this.self = self.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    void start(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            ConsoleConfig config,
            CurrentPolicy policies,
            Duties duties) {
        if (config.enabled() && policies.current().isPresent()) {
            duties.start("console-history", MINUTE, MINUTE, this::note);
        }
    }

    @Override
    public void ended(Endpoint endpoint, String method, int status, long nanos) {
        boolean isGet = method.equals("GET");
        if (endpoint == Endpoint.MANIFEST) {
            if (isGet && status == 200) {
                pulls.increment();
            } else if (method.equals("PUT") && status == 201) {
                pushes.increment();
            }
        } else if (endpoint == Endpoint.BLOB && isGet) {
            if (status == 200 || status == 206) {
                served.increment();
            } else if (status == 302 || status == 307) {
                redirected.increment();
            }
        }
    }

    /** Notes the minute that has passed. */
    void note() {
        load();
        Load now = new Load(
                minutes.getAsLong(),
                pulls.sumThenReset(),
                pushes.sumThenReset(),
                served.sumThenReset(),
                redirected.sumThenReset(),
                files.latency().toNanos() / 1000,
                files.used());
        add(now);
        if (!readOnly.getAsBoolean() && unwritten++ % EVERY == 0) {
            files.put(self, Load.text(own()));
        }
    }

    private void load() {
        if (!loaded) {
            List<Load> before = files.get(self).map(Load::parse).orElse(List.of());
            before.forEach(this::add);
            loaded = true;
        }
    }

    private synchronized void add(Load load) {
        past.addLast(load);
        while (past.size() > KEPT || past.getFirst().minute() < minutes.getAsLong() - KEPT) {
            past.removeFirst();
            if (past.isEmpty()) {
                return;
            }
        }
    }

    private synchronized List<Load> own() {
        return new ArrayList<>(past);
    }

    /** The last day of all instances, by name; of others, as it was some minutes ago. */
    Map<String, List<Load>> all() {
        long oldest = minutes.getAsLong() - KEPT;
        Map<String, List<Load>> all = new TreeMap<>();
        files.all()
                .forEach((name, text) -> all.put(
                        name,
                        Load.parse(text).stream()
                                .filter(each -> each.minute() >= oldest)
                                .toList()));
        List<Load> own = own();
        if (!own.isEmpty()) {
            all.put(self, own);
        }
        all.values().removeIf(List::isEmpty);
        return all;
    }
}
