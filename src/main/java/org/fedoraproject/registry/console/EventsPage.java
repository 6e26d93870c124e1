package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.events.EndpointStates;

/** The endpoints of events: how far they are, and what they did not accept. */
@Singleton
class EventsPage implements ConsolePage {
    private static final int SHOWN = 100;

    private final EndpointStates states;

    @Inject
    EventsPage(EndpointStates states) {
        this.states = states;
    }

    @Override
    public Place place() {
        return Place.EVENTS;
    }

    @Override
    public boolean isFor(Visit visit) {
        return visit.operates();
    }

    @Override
    public Sheet show(Visit visit) {
        String endpoint = visit.fields().first("endpoint");
        return endpoint.isEmpty() ? all(visit) : letters(endpoint);
    }

    private Sheet all(Visit visit) {
        return Sheet.of(
                "Events",
                new Part.Table(
                        "Endpoints",
                        List.of("Endpoint", "URL", "Waiting", "Lag", "State", "Dead letters"),
                        states.isOn()
                                ? states.all().stream()
                                        .map(each -> row(each, visit.now()))
                                        .toList()
                                : List.of(),
                        "There are no endpoints. To send events to other systems, set registry.events.endpoints."));
    }

    private static List<Cell> row(EndpointStates.State of, Instant now) {
        return List.of(
                Cell.text(of.name()),
                Cell.text(of.url().isEmpty() ? "in no file of this instance" : of.url()),
                Cell.number(of.waiting()),
                Cell.text(of.oldest().map(time -> lag(time, now)).orElse("none")),
                Cell.text(state(of)),
                of.dead() == 0
                        ? Cell.text("none")
                        : new Cell.To(
                                Words.count(of.dead(), "dead letter", "dead letters"),
                                Places.with(Place.EVENTS.path(), "endpoint", of.name())));
    }

    private static String lag(Instant since, Instant now) {
        Duration lag = Duration.between(since, now);
        return lag.toMinutes() < 2 ? Math.max(0, lag.toSeconds()) + " s" : lag.toMinutes() + " min";
    }

    private static String state(EndpointStates.State of) {
        List<String> words = new ArrayList<>();
        words.add(of.delivered() ? "an instance delivers" : "no instance delivers");
        if (of.replaying()) {
            words.add("dead letters are delivered again");
        }
        if (of.discarding()) {
            words.add("dead letters are being deleted");
        }
        return String.join("; ", words);
    }

    private Sheet letters(String endpoint) {
        return Sheet.of(
                "Dead letters of " + endpoint,
                new Part.Text(
                        "These events were not accepted. If the endpoint is mended, have them delivered again, one by one, until"
                                + " one fails."),
                new Part.Table(
                        "The first ones",
                        List.of("Time", "Action", "What", "Reason"),
                        states.letters(endpoint, SHOWN).stream()
                                .map(letter -> List.of(
                                        Cell.text(letter.time()),
                                        Cell.text(letter.action()),
                                        Cell.text(letter.what()),
                                        Cell.text(letter.reason())))
                                .toList(),
                        "There are none any more."),
                new Part.Buttons(List.of(
                        Form.of(Command.REPLAY, "Deliver again", "endpoint", endpoint),
                        Form.of(Command.DISCARD, "Delete all of them", "endpoint", endpoint)
                                .dangerous(),
                        Form.asking(Place.EVENTS, "Back"))));
    }
}
