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
 * The switches that operators throw while the registry runs. A switch is thrown by setting the system property of its key on any
 * instance, by WildFly's CLI or admin console, or by removing it, which brings the configured position back; it holds on all
 * instances of the cluster, within a second, and the last throw wins. An instance that starts later takes over how the others
 * are set. What is no position is refused: how the switch was set holds, and the log says so.
 */
@Singleton
public class Switches {
    private static final Logger LOG = Logger.getLogger(Switches.class);

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** For system properties that are there at the start: any throw while we run comes after. */
    private static final long START = 0;

    private final Map<Switch, Provider<Optional<String>>> configured;
    private final Group group;
    private final LogLevel logLevel;
    private final SwitchBoard board = new SwitchBoard();

    /** The system properties as they were last seen, {@code null} where there is none; a change is a throw. */
    private volatile Map<Switch, String> seen;

    private volatile Map<Switch, String> positions = Map.of();

    @Inject
    public Switches(
            Group group,
            LogLevel logLevel,
            @ConfigProperty(name = Switch.Key.READ_ONLY, defaultValue = "false") Provider<Optional<String>> readOnly,
            @ConfigProperty(name = Switch.Key.REDIRECT, defaultValue = "true") Provider<Optional<String>> redirect,
            @ConfigProperty(name = Switch.Key.LOG_LEVEL) Provider<Optional<String>> level) {
        this.group = group;
        this.logLevel = logLevel;
        this.configured = Map.of(Switch.READ_ONLY, readOnly, Switch.REDIRECT, redirect, Switch.LOG_LEVEL, level);
        this.seen = properties();
        seen.forEach((of, property) -> {
            if (property != null) {
                board.hear(of, new Thrown(property, START, group.self()));
            }
        });
        settle();
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        group.converse(this::exchange, this::tell);
        tell().toCompletableFuture().join();
        duties.start("switches", PAUSE, PAUSE, this::look);
    }

    /** Whether a switch is on. */
    public boolean isOn(Switch which) {
        if (!Objects.equals(System.getProperty(which.key()), seen.get(which))) {
            look();
        }
        return Boolean.parseBoolean(positions.get(which));
    }

    /** Looks whether a switch was thrown here; if so, tells the others. */
    void look() {
        if (thrownHere()) {
            tell();
        }
    }

    private synchronized boolean thrownHere() {
        Map<Switch, String> before = seen;
        Map<Switch, String> now = properties();
        if (now.equals(before)) {
            return false;
        }
        long at = board.next(System.currentTimeMillis());
        for (Switch each : Switch.values()) {
            if (!Objects.equals(now.get(each), before.get(each)) && takes(each, configured(each))) {
                board.hear(each, new Thrown(configured(each), at, group.self()));
            }
        }
        seen = now;
        settle();
        return true;
    }

    /** Takes note of throws at other instances, also in our properties: setting one to what it was is then a throw. */
    synchronized void hear(Map<Switch, Thrown> news) {
        thrownHere();
        news.forEach((of, thrown) -> {
            if (takes(of, thrown.position()) && board.hear(of, thrown)) {
                System.setProperty(of.key(), thrown.position());
            }
        });
        seen = properties();
        settle();
    }

    /** Whether it can be set so; if not, says so. */
    private boolean takes(Switch of, String position) {
        Optional<String> refusal = of.refusal(position);
        refusal.ifPresent(why -> LOG.errorf("%s; it stays '%s'", why, positions.get(of)));
        return refusal.isEmpty();
    }

    private Map<Switch, Thrown> exchange(Map<Switch, Thrown> news) {
        hear(news);
        return board.all();
    }

    private CompletionStage<Void> tell() {
        return group.tell(board.all());
    }

    /** Makes the positions what the board says, and says what changed. */
    private synchronized void settle() {
        Map<Switch, Thrown> thrown = board.all();
        Map<Switch, String> now = new EnumMap<>(Switch.class);
        for (Switch each : Switch.values()) {
            Thrown last = thrown.get(each);
            String position = last == null ? unthrown(each) : last.position();
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

    /** As configured; what is no position, and was refused, changes nothing. */
    private String unthrown(Switch of) {
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
