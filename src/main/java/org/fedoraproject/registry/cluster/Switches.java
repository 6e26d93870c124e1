package org.fedoraproject.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.duty.Duties;
import org.jboss.logging.Logger;

/**
 * The switches that operators set while the registry runs. Setting the system property of a switch's key on any
 * instance, by WildFly's CLI or admin console, sets the switch; removing the property restores the configured position.
 * The change applies on all instances of the cluster within a second, and the last change wins. An instance that starts
 * later takes over the positions of the others. An invalid position is refused and logged, and the switch stays as it
 * was.
 */
@Singleton
public class Switches {
    private static final Logger LOG = Logger.getLogger(Switches.class);

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** The time of system properties that exist at the start: every later change comes after it. */
    private static final long START = 0;

    private final Map<Switch, Provider<Optional<String>>> configured;
    private final Cluster cluster;
    private final LogLevel logLevel;
    private final SwitchState state = new SwitchState();

    /** The system properties as last read, {@code null} for a missing one; a difference is a change of the switch. */
    private volatile Map<Switch, String> lastProperties;

    private volatile Map<Switch, String> positions = Map.of();

    /** Whether a change was found here while changes of another instance came in, so that the others must still be told. */
    private boolean untold;

    @Inject
    public Switches(
            Cluster cluster,
            LogLevel logLevel,
            @ConfigProperty(name = Switch.Key.READ_ONLY, defaultValue = "false") Provider<Optional<String>> readOnly,
            @ConfigProperty(name = Switch.Key.REDIRECT, defaultValue = "true") Provider<Optional<String>> redirect,
            @ConfigProperty(name = Switch.Key.LOG_LEVEL) Provider<Optional<String>> level) {
        this.cluster = cluster;
        this.logLevel = logLevel;
        this.configured = Map.of(Switch.READ_ONLY, readOnly, Switch.REDIRECT, redirect, Switch.LOG_LEVEL, level);
        this.lastProperties = properties();
        lastProperties.forEach((of, property) -> {
            if (property != null) {
                state.merge(of, new SwitchChange(property, START, cluster.self()));
            }
        });
        applyPositions();
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        cluster.join(this::exchange, this::broadcast);
        broadcast().toCompletableFuture().join();
        duties.start("switches", PAUSE, PAUSE, this::poll);
    }

    /** Whether a switch is on. */
    public boolean isOn(Switch which) {
        if (!Objects.equals(System.getProperty(which.key()), lastProperties.get(which))) {
            poll();
        }
        return Boolean.parseBoolean(positions.get(which));
    }

    /** The position that is in force; empty for a log level that the server's configuration decides. */
    public String position(Switch which) {
        return positions.getOrDefault(which, "");
    }

    /**
     * Sets a switch on all instances. It stays until the last of them has ended.
     *
     * @param position empty for the configured one
     * @throws IllegalArgumentException naming the key, if the position is not valid
     */
    public void set(Switch which, String position) {
        if (position.isEmpty()) {
            System.clearProperty(which.key());
        } else {
            which.refusal(position).ifPresent(refusal -> {
                throw new IllegalArgumentException(refusal);
            });
            System.setProperty(which.key(), position);
        }
        poll();
    }

    /** Checks whether a switch was set here; if so, tells the other instances. */
    void poll() {
        if (haveLocalChanges()) {
            broadcast();
        }
    }

    private synchronized boolean haveLocalChanges() {
        boolean changed = recordLocalChanges() || untold;
        untold = false;
        return changed;
    }

    private boolean recordLocalChanges() {
        Map<Switch, String> before = lastProperties;
        Map<Switch, String> now = properties();
        if (now.equals(before)) {
            return false;
        }
        long at = state.nextTime(System.currentTimeMillis());
        for (Switch each : Switch.values()) {
            if (!Objects.equals(now.get(each), before.get(each)) && accepts(each, configured(each))) {
                state.merge(each, new SwitchChange(configured(each), at, cluster.self()));
            }
        }
        lastProperties = now;
        applyPositions();
        return true;
    }

    /**
     * Merges changes of other instances, also into our system properties: so setting a property back to its old value
     * is a change again.
     */
    synchronized void merge(Map<Switch, SwitchChange> changes) {
        untold |= recordLocalChanges();
        Map<Switch, String> seen = new EnumMap<>(lastProperties); // one that is set meanwhile is still a change
        changes.forEach((of, change) -> {
            if (accepts(of, change.position()) && state.merge(of, change)) {
                System.setProperty(of.key(), change.position());
                seen.put(of, change.position());
            }
        });
        lastProperties = Collections.unmodifiableMap(seen);
        applyPositions();
    }

    /** Whether the position is valid; logs the reason if not. */
    private boolean accepts(Switch of, String position) {
        Optional<String> refusal = of.refusal(position);
        refusal.ifPresent(why -> LOG.errorf("%s; it stays '%s'", why, positions.get(of)));
        return refusal.isEmpty();
    }

    private Map<Switch, SwitchChange> exchange(Map<Switch, SwitchChange> changes) {
        merge(changes);
        return state.all();
    }

    private CompletionStage<Void> broadcast() {
        return cluster.broadcast(state.all());
    }

    /** Applies the positions of the latest changes, and logs what changed. */
    private synchronized void applyPositions() {
        Map<Switch, SwitchChange> latest = state.all();
        Map<Switch, String> now = new EnumMap<>(Switch.class);
        for (Switch each : Switch.values()) {
            SwitchChange last = latest.get(each);
            String position = last == null ? configuredPosition(each) : last.position();
            now.put(each, position);
            if (!positions.isEmpty() && !position.equals(positions.get(each))) {
                LOG.infof("%s is now '%s', set at %s", each.key(), position, last == null ? "start" : last.member());
            }
        }
        if (!now.get(Switch.LOG_LEVEL).equals(positions.getOrDefault(Switch.LOG_LEVEL, ""))) {
            logLevel.set(now.get(Switch.LOG_LEVEL));
        }
        positions = now;
    }

    /** The configured position, or the present one if the configured one is invalid and was refused. */
    private String configuredPosition(Switch of) {
        String configured = configured(of);
        return of.refusal(configured).isEmpty() ? configured : positions.getOrDefault(of, configured);
    }

    private String configured(Switch of) {
        return configured.get(of).get().orElse("");
    }

    private static Map<Switch, String> properties() {
        Map<Switch, String> properties = new EnumMap<>(Switch.class);
        for (Switch each : Switch.values()) {
            properties.put(each, System.getProperty(each.key()));
        }
        return Collections.unmodifiableMap(properties);
    }
}
