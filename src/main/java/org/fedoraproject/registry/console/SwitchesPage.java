package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;

/** The switches, and the instances to which they apply. */
@Singleton
class SwitchesPage implements ConsolePage {
    private static final List<String> ON_OFF = List.of("", "true", "false");
    private static final List<String> LEVELS = List.of("", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    private final Switches switches;
    private final Cluster cluster;

    @Inject
    SwitchesPage(Switches switches, Cluster cluster) {
        this.switches = switches;
        this.cluster = cluster;
    }

    @Override
    public Place place() {
        return Place.SWITCHES;
    }

    @Override
    public boolean isFor(Visit visit) {
        return visit.operates();
    }

    @Override
    public Sheet show(Visit visit) {
        return Sheet.of(
                "Switches",
                new Part.Text(
                        "A switch applies to all instances at once. It stays as it is set until the last instance has ended;"
                                + " after that, the configuration decides."),
                new Part.Table(
                        "Switches",
                        List.of("Switch", "Effect", "Position", "Change"),
                        List.of(
                                row(Switch.READ_ONLY, "Refuses every write.", ON_OFF),
                                row(Switch.REDIRECT, "Redirects GETs of blobs to the CDN, if there is one.", ON_OFF),
                                row(Switch.LOG_LEVEL, "The level of the registry's own log.", LEVELS)),
                        ""),
                new Part.Table(
                        "Instances",
                        List.of("Name", "Role"),
                        cluster.members().stream()
                                .map(name -> List.of(Cell.text(name), Cell.text(role(name))))
                                .toList(),
                        ""));
    }

    private List<Cell> row(Switch which, String effect, List<String> positions) {
        String position = switches.position(which);
        return List.of(
                new Cell.Mono(which.key()),
                Cell.text(effect),
                Cell.text(position.isEmpty() ? "as configured" : position),
                Cell.forms(Form.of(Command.SET_SWITCH, "Set", "switch", which.key())
                        .with(Field.choice("position", "New position", position, positions))));
    }

    private String role(String name) {
        String first = cluster.members().getFirst().equals(name) ? "the oldest one, which starts jobs by schedule" : "";
        String here = cluster.self().equals(name) ? "it has made this page" : "";
        return first.isEmpty() || here.isEmpty() ? first + here : first + "; " + here;
    }
}
