package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.events.EndpointStates;

/** Has the dead letters of an endpoint delivered again. */
@Singleton
class ReplayLetters implements CommandHandler {
    private final EndpointStates states;

    @Inject
    ReplayLetters(EndpointStates states) {
        this.states = states;
    }

    @Override
    public Command command() {
        return Command.REPLAY;
    }

    @Override
    public Answer run(Visit visit) {
        visit.requireOperator();
        states.replay(visit.fields().first("endpoint"));
        return new Answer.Redirect(Place.EVENTS.path());
    }
}
