package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.stream.Stream;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.oci.RegistryException;

/** Sets a switch on all instances. */
@Singleton
class SetSwitch implements CommandHandler {
    private final Switches switches;

    @Inject
    SetSwitch(Switches switches) {
        this.switches = switches;
    }

    @Override
    public Command command() {
        return Command.SET_SWITCH;
    }

    @Override
    public Answer run(Visit visit) {
        visit.requireOperator();
        String key = visit.fields().first("switch");
        Switch which = Stream.of(Switch.values())
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> RegistryException.queryInvalid("there is no switch " + key));
        try {
            switches.set(which, visit.fields().first("position"));
        } catch (IllegalArgumentException e) {
            throw RegistryException.queryInvalid(e.getMessage());
        }
        return new Answer.Redirect(Place.SWITCHES.path());
    }
}
