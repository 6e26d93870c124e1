package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.page.HeaderLink;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.policy.CurrentPolicy;

/** Leads from the pages for people to the console, if people can sign in. */
@Singleton
class ConsoleLink implements HeaderLink {
    private final ConsoleConfig config;
    private final CurrentPolicy policies;

    @Inject
    ConsoleLink(ConsoleConfig config, CurrentPolicy policies) {
        this.config = config;
        this.policies = policies;
    }

    @Override
    public Optional<Link> link() {
        return config.enabled() && policies.current().isPresent()
                ? Optional.of(new Link(Places.ROOT, "Console", false))
                : Optional.empty();
    }
}
