package org.fedoraproject.registry.cluster;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.wildfly.clustering.server.GroupMember;
import org.wildfly.clustering.server.GroupMembershipEvent;
import org.wildfly.clustering.server.GroupMembershipListener;
import org.wildfly.clustering.server.GroupMembershipMergeEvent;
import org.wildfly.clustering.server.Registration;
import org.wildfly.clustering.server.dispatcher.CommandDispatcher;
import org.wildfly.clustering.server.dispatcher.CommandDispatcherFactory;
import org.wildfly.clustering.server.dispatcher.RuntimeCommand;

/**
 * The instances that hear each other right now; this one alone where the server is in no cluster. While the network is split,
 * each part is a group of its own.
 */
@Singleton
public class Group {
    private static final Logger LOG = Logger.getLogger(Group.class);

    private static final String ALONE = "alone";
    /** For a group that does not come about we do not wait for ever: the share has all that is needed to serve. */
    private static final long JOIN_SECONDS = 15;

    private static final long ANSWER_SECONDS = 3;

    /** What this instance and others have to say to each other. */
    interface Conversation {
        /** Hears what another knows of the switches; returns what is known here. */
        Map<Switch, Thrown> exchange(Map<Switch, Thrown> news);
    }

    private final Optional<CommandDispatcherFactory<GroupMember>> factory;
    private CommandDispatcher<GroupMember, Conversation> dispatcher;
    private Registration registration;

    @Inject
    public Group() {
        this(GroupActivator.factory(JOIN_SECONDS, TimeUnit.SECONDS));
    }

    Group(Optional<CommandDispatcherFactory<GroupMember>> factory) {
        this.factory = factory;
    }

    /** The names of all members, the oldest first. */
    public List<String> members() {
        return factory.map(of -> of.getGroup().getMembership().getMembers().stream()
                        .map(GroupMember::getName)
                        .toList())
                .orElse(List.of(ALONE));
    }

    /**
     * Whether duties that one instance does for all are this one's: it is the oldest of the group. Parts of a split network each
     * have one, so what such a duty does must bear to be done twice.
     */
    public boolean isFirst() {
        return members().getFirst().equals(self());
    }

    String self() {
        return factory.map(of -> of.getGroup().getLocalMember().getName()).orElse(ALONE);
    }

    /**
     * Takes up the conversation.
     *
     * @param joined is called whenever members may have come that have not heard what we know
     */
    void converse(Conversation conversation, Runnable joined) {
        if (factory.isEmpty()) {
            return;
        }
        dispatcher = factory.get()
                .createCommandDispatcher(Group.class.getName(), conversation, Group.class.getClassLoader());
        registration = factory.get().getGroup().register(new GroupMembershipListener<>() {
            @Override
            public void updated(GroupMembershipEvent<GroupMember> event) {
                LOG.infof("Members of the cluster: %s", members());
                joined.run();
            }

            @Override
            public void merged(GroupMembershipMergeEvent<GroupMember> event) {
                updated(event);
            }
        });
        LOG.infof("Members of the cluster: %s", members());
    }

    /**
     * Tells the others, and hears what they know. Whoever is cut off is told when the group is whole again.
     *
     * @return done when all have answered, or have not in time
     */
    CompletionStage<Void> tell(Map<Switch, Thrown> news) {
        if (dispatcher == null) {
            return CompletableFuture.completedStage(null);
        }
        try {
            Conversation here = dispatcher.getContext();
            return CompletableFuture.allOf(dispatcher.dispatchToGroup(new Tell(Map.copyOf(news))).values().stream()
                            .map(CompletionStage::toCompletableFuture)
                            .map(answer -> answer.thenAccept(here::exchange))
                            .toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(gone -> null);
        } catch (IOException e) {
            LOG.warnf("The other instances were not told of switches: %s", e.getMessage());
            return CompletableFuture.completedStage(null);
        }
    }

    @PreDestroy
    void leave() {
        if (dispatcher != null) {
            registration.close();
            dispatcher.close();
        }
    }

    /** What goes over the wire; runs where it arrives. */
    private record Tell(Map<Switch, Thrown> news)
            implements RuntimeCommand<Map<Switch, Thrown>, Conversation>, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Map<Switch, Thrown> execute(Conversation there) {
            return there.exchange(news);
        }
    }
}
