package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.events.EndpointStates;

/** Has the dead letters of an endpoint deleted. */
@Singleton
class DiscardLetters implements CommandHandler {
    private final EndpointStates states;

    @Inject
    DiscardLetters(EndpointStates states) {
        this.states = states;
    }

    @Override
    public Command command() {
        return Command.DISCARD;
    }

    @Override
    public Answer run(Visit visit) {
        visit.requireOperator();
        states.discard(visit.fields().first("endpoint"));
        return new Answer.Redirect(Place.EVENTS.path());
    }
}
