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
 * The instances that can reach each other right now; only this one if the server is in no cluster. While the network is
 * split, each part is a cluster of its own.
 */
@Singleton
public class Cluster {
    private static final Logger LOG = Logger.getLogger(Cluster.class);

    private static final String ALONE = "alone";
    /** The wait for the cluster is bounded, because the share alone has everything that is needed to serve. */
    private static final long JOIN_SECONDS = 15;

    private static final long ANSWER_SECONDS = 3;

    /** How instances exchange what they know of the switches. */
    interface StateExchange {
        /** Merges the changes that another instance knows; returns those that this one knows. */
        Map<Switch, SwitchChange> exchange(Map<Switch, SwitchChange> changes);
    }

    private final Optional<CommandDispatcherFactory<GroupMember>> factory;
    private CommandDispatcher<GroupMember, StateExchange> dispatcher;
    private Registration registration;

    @Inject
    public Cluster() {
        this(ClusterActivator.factory(JOIN_SECONDS, TimeUnit.SECONDS));
    }

    Cluster(Optional<CommandDispatcherFactory<GroupMember>> factory) {
        this.factory = factory;
    }

    /** The names of all members, oldest first. */
    public List<String> members() {
        return factory.map(of -> of.getGroup().getMembership().getMembers().stream()
                        .map(GroupMember::getName)
                        .toList())
                .orElse(List.of(ALONE));
    }

    /**
     * Whether this instance does the duties that one instance does for all: it is the oldest of the cluster. Each part
     * of a split network has one, so such a duty must bear being done twice.
     */
    public boolean isFirst() {
        return members().getFirst().equals(self());
    }

    /** The name of this instance. */
    public String self() {
        return factory.map(of -> of.getGroup().getLocalMember().getName()).orElse(ALONE);
    }

    /**
     * Starts the exchange with the other instances.
     *
     * @param onMembershipChange called whenever there may be members that do not know this instance's changes
     */
    void join(StateExchange exchange, Runnable onMembershipChange) {
        if (factory.isEmpty()) {
            return;
        }
        dispatcher = factory.get()
                .createCommandDispatcher(Cluster.class.getName(), exchange, Cluster.class.getClassLoader());
        registration = factory.get().getGroup().register(new GroupMembershipListener<>() {
            @Override
            public void updated(GroupMembershipEvent<GroupMember> event) {
                LOG.infof("Members of the cluster: %s", members());
                onMembershipChange.run();
            }

            @Override
            public void merged(GroupMembershipMergeEvent<GroupMember> event) {
                updated(event);
            }
        });
        LOG.infof("Members of the cluster: %s", members());
    }

    /**
     * Sends changes to all members, and merges their replies. A member that is cut off gets them when the network is
     * whole again.
     *
     * @return completed when all have replied, or the time is over
     */
    CompletionStage<Void> broadcast(Map<Switch, SwitchChange> changes) {
        if (dispatcher == null) {
            return CompletableFuture.completedStage(null);
        }
        try {
            StateExchange here = dispatcher.getContext();
            return CompletableFuture.allOf(
                            dispatcher.dispatchToGroup(new Broadcast(Map.copyOf(changes))).values().stream()
                                    .map(CompletionStage::toCompletableFuture)
                                    .map(answer -> answer.thenAccept(here::exchange))
                                    .toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(gone -> null);
        } catch (IOException e) {
            LOG.warnf("Cannot send the switches to the other instances: %s", e.getMessage());
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

    /** The command that is sent; it runs at the receiver. */
    private record Broadcast(Map<Switch, SwitchChange> changes)
            implements RuntimeCommand<Map<Switch, SwitchChange>, StateExchange>, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Map<Switch, SwitchChange> execute(StateExchange there) {
            return there.exchange(changes);
        }
    }
}
