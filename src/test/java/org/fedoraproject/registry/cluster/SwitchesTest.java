package org.fedoraproject.registry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwitchesTest {
    private final Switches switches = TestSwitches.make();

    @AfterEach
    void clear() {
        for (Switch each : Switch.values()) {
            System.clearProperty(each.key());
        }
        new LogLevel().set("");
    }

    @Test
    void areAsConfiguredAtFirst() {
        assertThat(switches.isOn(Switch.READ_ONLY)).isFalse();
        assertThat(switches.isOn(Switch.REDIRECT)).isTrue();
    }

    @Test
    void propertySetsASwitchAtOnce() {
        System.setProperty("registry.read-only", "true");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();

        System.setProperty("registry.read-only", "FALSE");
        assertThat(switches.isOn(Switch.READ_ONLY)).isFalse();
    }

    @Test
    void personSetsASwitchAndResetsIt() {
        switches.set(Switch.READ_ONLY, "true");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
        assertThat(switches.position(Switch.READ_ONLY)).isEqualTo("true");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> switches.set(Switch.READ_ONLY, "maybe"))
                .withMessageContaining("registry.read-only");
        assertThat(switches.position(Switch.READ_ONLY)).isEqualTo("true");

        switches.set(Switch.READ_ONLY, "");
        assertThat(switches.position(Switch.READ_ONLY)).isEqualTo("false");
    }

    @Test
    void staysAsItIsWhereAPropertyIsNeitherTrueNorFalse() {
        System.setProperty("registry.read-only", "true");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();

        System.setProperty("registry.read-only", "maybe");
        System.setProperty("registry.cdn.redirect", "false");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
        assertThat(switches.isOn(Switch.REDIRECT)).as("others are set").isFalse();

        System.setProperty("registry.read-only", "false");
        assertThat(switches.isOn(Switch.READ_ONLY)).isFalse();
    }

    @Test
    void namesTheKeyOfAnInvalidPosition() {
        List<String> told = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(Switches.class.getName());
        log.addHandler(handler);
        System.setProperty("registry.read-only", "maybe");
        switches.poll();
        log.removeHandler(handler);

        assertThat(told).containsExactly("registry.read-only is neither true nor false: maybe; it stays 'false'");
    }

    @Test
    void invalidPositionFromElsewhereChangesNothing() {
        switches.merge(Map.of(Switch.REDIRECT, new SwitchChange("maybe", System.currentTimeMillis(), "two")));

        assertThat(switches.isOn(Switch.REDIRECT)).isTrue();
        assertThat(System.getProperty("registry.cdn.redirect")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "maybe, true, INFO, registry.read-only is neither true nor false: maybe",
        "false, yes, INFO, registry.cdn.redirect is neither true nor false: yes",
        "false, true, loud, registry.log.level is no log level: loud"
    })
    void mustBePositionsAtTheStart(String readOnly, String redirect, String level, String refusal) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SwitchConfig(readOnly, redirect, Optional.of(level)))
                .withMessage(refusal);
    }

    @Test
    void removedPropertyBringsTheConfiguredPositionBack() {
        System.setProperty("registry.cdn.redirect", "false");
        assertThat(switches.isOn(Switch.REDIRECT)).isFalse();

        System.clearProperty("registry.cdn.redirect");
        assertThat(switches.isOn(Switch.REDIRECT)).isTrue();
    }

    @Test
    void changeElsewhereAppliesHere() {
        switches.merge(Map.of(Switch.READ_ONLY, new SwitchChange("true", System.currentTimeMillis(), "two")));

        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
        assertThat(switches.isOn(Switch.REDIRECT)).as("the others stay").isTrue();
    }

    @Test
    void changeHereComesAfterOneElsewhereWhoseClockIsAhead() {
        switches.merge(Map.of(Switch.READ_ONLY, new SwitchChange("true", Long.MAX_VALUE / 2, "two")));
        System.setProperty("registry.read-only", "false");

        assertThat(switches.isOn(Switch.READ_ONLY)).isFalse();
    }

    @Test
    void samePropertyIsAChangeAgainAfterOneElsewhere() {
        System.setProperty("registry.read-only", "true");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
        switches.merge(Map.of(Switch.READ_ONLY, new SwitchChange("false", Long.MAX_VALUE / 2, "two")));
        assertThat(switches.isOn(Switch.READ_ONLY)).isFalse();
        assertThat(System.getProperty("registry.read-only")).isEqualTo("false");

        System.setProperty("registry.read-only", "true");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
    }

    @Test
    void oldChangesAreIgnored() {
        System.setProperty("registry.read-only", "true");
        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
        switches.merge(Map.of(Switch.READ_ONLY, new SwitchChange("false", 1, "two")));

        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
    }

    @Test
    void propertyOfTheStartYieldsToAnyChange() {
        System.setProperty("registry.read-only", "true");
        Switches started = TestSwitches.make();
        assertThat(started.isOn(Switch.READ_ONLY)).isTrue();
        started.merge(Map.of(Switch.READ_ONLY, new SwitchChange("false", 1, "two")));

        assertThat(started.isOn(Switch.READ_ONLY)).isFalse();
    }

    @Test
    void logLevelIsSetAndGivenBack() {
        Logger ours = Logger.getLogger("org.fedoraproject.registry");
        System.setProperty("registry.log.level", "fine");
        switches.poll();
        assertThat(ours.getLevel()).isEqualTo(Level.FINE);

        System.setProperty("registry.log.level", "loud");
        switches.poll();
        assertThat(ours.getLevel()).as("what is no level changes nothing").isEqualTo(Level.FINE);

        System.clearProperty("registry.log.level");
        switches.poll();
        assertThat(ours.getLevel()).isNull();
    }

    /** It is noticed while a change of the second instance comes in: the third one must hear of it too. */
    @Test
    void othersAreToldOfAChangeThatIsFoundWithOneFromElsewhere() {
        List<Map<Switch, SwitchChange>> told = new ArrayList<>();
        Switches here = TestSwitches.make(new Cluster(Optional.empty()) {
            @Override
            CompletionStage<Void> broadcast(Map<Switch, SwitchChange> changes) {
                told.add(changes);
                return super.broadcast(changes);
            }
        });
        System.setProperty("registry.read-only", "true");

        here.merge(Map.of(Switch.REDIRECT, new SwitchChange("false", System.currentTimeMillis(), "two")));
        here.poll();

        assertThat(told)
                .singleElement()
                .satisfies(changes ->
                        assertThat(changes.get(Switch.READ_ONLY).position()).isEqualTo("true"));
        here.poll();
        assertThat(told).as("once").hasSize(1);
    }

    @Test
    void propertyThatIsSetDuringAMergeIsAChange() {
        System.setProperty("registry.read-only", "false");
        switches.poll();
        switches.merge(
                new HashMap<>(Map.of(Switch.REDIRECT, new SwitchChange("false", System.currentTimeMillis(), "two"))) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public void forEach(BiConsumer<? super Switch, ? super SwitchChange> action) {
                        super.forEach(action);
                        System.setProperty("registry.read-only", "true");
                    }
                });

        assertThat(switches.isOn(Switch.READ_ONLY)).isTrue();
        assertThat(switches.isOn(Switch.REDIRECT)).isFalse();
    }

    @Test
    void instanceAloneIsFirst() {
        Cluster alone = new Cluster(Optional.empty());

        assertThat(alone.members()).hasSize(1);
        assertThat(alone.isFirst()).isTrue();
    }
}
