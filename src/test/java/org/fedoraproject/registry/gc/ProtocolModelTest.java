package org.fedoraproject.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tries all orders of the steps of the protocol by which a collection and its clients share a tree, over all passing of
 * time: a pusher and a mounter, a reader, a client that deletes, and two collectors. Each may crash before any step, for
 * good; a collector may also go on from the state that it has saved, later. Each step is one operation on the share:
 *
 * <ul>
 *   <li>{@code LOOK}, {@code TOUCH}, {@code RESCUE_TOUCH}, {@code RESCUE_RENAME},
 *       {@code LOOK_AGAIN}: {@code Leases.find} and {@code keep} with {@code Trash.rescue}. A client runs them when it
 *       asks (HEAD, mount), again for a manifest PUT, and once more after it has linked the manifest if that took long.
 *   <li>{@code UPLOAD}: {@code BlobStore.adopt}; {@code LINK}: {@code LinkStore.putRevision}; {@code ACKNOWLEDGE}: the
 *       201, or the check of {@code Leases.Watch} before it.
 *   <li>{@code BEGIN}: {@code Collector.run} reads the time; {@code MARK}: {@code RepositoryMark} of one repository,
 *       which once misses a manifest, as a listing on NFS may; {@code CHECK}: {@code Garbage.collectable};
 *       {@code MOVE}, {@code READ_TIME}, {@code PUT_BACK}: {@code Trash.put}; {@code PURGE_CHECK}, {@code PURGE},
 *       {@code RESTORE}: {@code Trash.purge} and {@code Trash.restore}.
 *   <li>{@code DELETE}, {@code DROP}, {@code DELETE_AGAIN}: {@code LinkStore.deleteOnce}, which is repeated.
 * </ul>
 *
 * <p>There is one file, which may be a blob or a link: both go through the same code. It has two names, in the tree and in
 * the trash, for one of two inodes. The only assumption is that nobody who has read or set a file's time stalls for as
 * long as the grace time before the next operation, which moves or deletes the file.
 */
class ProtocolModelTest {
    private static final int GRACE = 4;
    private static final int HALF = 2;
    private static final int QUARTER = 1;
    private static final int LONG_AGO = -2 * GRACE;
    private static final int NONE = -1;

    /**
     * Who takes part.
     *
     * @param pushers push an image with the same blob, which is old and unneeded in the beginning, into two repositories
     * @param readers pull an image that was pushed long ago, whose link a listing may miss once
     * @param deleters delete the file, of which there is a second copy in the trash; readers may miss it then
     * @param runs of each collector
     * @param crashes of the first collector after which it goes on
     */
    private record Scenario(int pushers, int readers, int deleters, List<Integer> runs, int crashes, int lastTime) {}

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario(0, 1, 1, List.of(1), 1, 5),
            new Scenario(0, 1, 1, List.of(1, 1), 0, 1),
            new Scenario(0, 1, 0, List.of(2), 1, 6),
            new Scenario(1, 0, 0, List.of(2), 1, 6),
            new Scenario(1, 0, 0, List.of(1, 1), 1, 3),
            new Scenario(0, 1, 0, List.of(2, 1), 0, 5),
            new Scenario(1, 0, 0, List.of(2, 1), 0, 5),
            new Scenario(2, 0, 0, List.of(2), 0, 5),
            new Scenario(2, 0, 0, List.of(1, 1), 0, 1));

    /** What is wrong with the protocol. */
    enum Mistake {
        NOTHING,
        HEAD_TAKES_NO_LEASE,
        PURGE_WITHOUT_SECOND_MARK,
        TRASH_WITHOUT_READING_THE_TIME_AGAIN,
        DELETE_ENDS_AFTER_THE_FIRST_SUCCESS
    }

    private enum Step {
        // of clients
        LOOK,
        TOUCH,
        RESCUE_TOUCH,
        RESCUE_RENAME,
        LOOK_AGAIN,
        UPLOAD,
        LINK,
        ACKNOWLEDGE,
        DELETE,
        DROP,
        DELETE_AGAIN,
        // of collectors
        BEGIN,
        MARK_FIRST,
        MARK_SECOND,
        CHECK,
        MOVE,
        READ_TIME,
        PUT_BACK,
        PURGE_CHECK,
        PURGE,
        RESTORE,
        // of all
        END
    }

    /** Why a client looks. */
    private enum Purpose {
        ASK,
        PUT,
        CONFIRM,
        READ,
        DELETE
    }

    private static final class Client {
        private Step at = Step.LOOK;
        private Purpose purpose = Purpose.ASK;
        private int told = LONG_AGO;
        private int putBegan;
        private int touched;
        private boolean looksTwice;
        private boolean deletes;
        private int passesLeft;

        private Client copy() {
            Client copy = new Client();
            copy.at = at;
            copy.purpose = purpose;
            copy.told = told;
            copy.putBegan = putBegan;
            copy.touched = touched;
            copy.looksTwice = looksTwice;
            copy.deletes = deletes;
            copy.passesLeft = passesLeft;
            return copy;
        }
    }

    private static final class Sweeper {
        private Step at = Step.BEGIN;
        private int runsLeft;
        private int crashesLeft;
        private int began;
        private boolean needed;
        private int checked;

        private Sweeper copy() {
            Sweeper copy = new Sweeper();
            copy.at = at;
            copy.runsLeft = runsLeft;
            copy.crashesLeft = crashesLeft;
            copy.began = began;
            copy.needed = needed;
            copy.checked = checked;
            return copy;
        }
    }

    /** The share, and where everybody is. */
    private static final class State {
        private int now;
        private int inTree;
        private int inTrash = NONE;
        private final int[] modified = {LONG_AGO, LONG_AGO};
        private final int[] changed = {LONG_AGO, LONG_AGO};
        private int missesLeft = 1;
        private final boolean[] linked = new boolean[2];
        private final boolean[] acknowledged = new boolean[2];
        private final List<Client> clients = new ArrayList<>();
        private final List<Sweeper> sweepers = new ArrayList<>();

        private State copy() {
            State copy = new State();
            copy.now = now;
            copy.inTree = inTree;
            copy.inTrash = inTrash;
            copy.missesLeft = missesLeft;
            for (int i = 0; i < 2; i++) {
                copy.modified[i] = modified[i];
                copy.changed[i] = changed[i];
                copy.linked[i] = linked[i];
                copy.acknowledged[i] = acknowledged[i];
            }
            clients.forEach(client -> copy.clients.add(client.copy()));
            sweepers.forEach(sweeper -> copy.sweepers.add(sweeper.copy()));
            return copy;
        }

        /** Times count from now, so that states that differ by their time alone are one. */
        private String key() {
            StringBuilder key = new StringBuilder();
            key.append((char) now).append((char) (inTree + 1)).append((char) (inTrash + 1));
            for (int i = 0; i < 2; i++) {
                boolean used = inTree == i || inTrash == i;
                key.append(used ? age(modified[i]) : 'x').append(used ? age(changed[i]) : 'x');
                key.append(linked[i]).append(acknowledged[i]);
            }
            key.append(missesLeft);
            for (Client client : clients) {
                key.append(client.at)
                        .append(client.purpose)
                        .append(client.looksTwice)
                        .append(client.deletes);
                key.append(client.passesLeft);
                key.append(client.at == Step.RESCUE_RENAME ? age(client.touched) : 'x');
                key.append(client.at == Step.END ? 'x' : age(client.told));
                key.append(client.at == Step.END ? 'x' : age(client.putBegan));
            }
            for (Sweeper sweeper : sweepers) {
                key.append(sweeper.at).append((char) sweeper.runsLeft).append((char) sweeper.crashesLeft);
                boolean idle = sweeper.at == Step.BEGIN || sweeper.at == Step.END;
                key.append(idle ? 'x' : age(sweeper.began)).append(idle ? 'x' : sweeper.needed ? 'n' : 'u');
                key.append(isDeciding(sweeper) ? age(sweeper.checked) : 'x');
            }
            return key.toString();
        }

        /** Beyond twice the grace time, all are equally old. */
        private char age(int time) {
            return (char) ('A' + Math.min(now - time, 2 * GRACE + 1));
        }

        private int touched(int inode) {
            modified[inode] = now;
            changed[inode] = now;
            return inode;
        }
    }

    private final Set<String> seen = new HashSet<>();
    private final Deque<State> pending = new ArrayDeque<>();
    private Mistake mistake;
    private Optional<String> violation = Optional.empty();

    /**
     * With purges that wait for a second mark, which began at least the grace time after a file came to the trash, no push
     * is lost even without leases; these keep a client from being refused what it was told of. Each is the other's
     * second line.
     */
    @ParameterizedTest
    @EnumSource(Mistake.class)
    void everyMistakeIsFoundAndNothingElse(Mistake made) {
        mistake = made;
        int states = 0;
        for (Scenario scenario : SCENARIOS) {
            seen.clear();
            pending.clear();
            explore(scenario);
            states += seen.size();
            if (violation.isPresent()) {
                break;
            }
        }

        if (made == Mistake.NOTHING) {
            assertThat(violation).isEmpty();
            assertThat(states).isGreaterThan(1_000_000);
        } else {
            assertThat(violation).as("in %d states", states).isPresent();
        }
    }

    private void explore(Scenario scenario) {
        State first = new State();
        boolean needed = scenario.pushers() == 0;
        first.missesLeft = needed ? 1 : 0;
        first.linked[0] = needed && (scenario.deleters() == 0 || scenario.runs().size() == 1);
        first.acknowledged[0] = needed && scenario.deleters() == 0;
        for (int i = 0; i < scenario.pushers() + scenario.readers(); i++) {
            Client client = new Client();
            client.purpose = i < scenario.pushers() ? Purpose.ASK : Purpose.READ;
            first.clients.add(client);
        }
        for (int i = 0; i < scenario.deleters(); i++) {
            Client client = new Client();
            client.purpose = Purpose.DELETE;
            client.at = Step.DELETE;
            client.passesLeft = 1;
            first.clients.add(client);
            first.inTrash = 1;
        }
        for (int runs : scenario.runs()) {
            Sweeper sweeper = new Sweeper();
            sweeper.runsLeft = runs;
            sweeper.crashesLeft = first.sweepers.isEmpty() ? scenario.crashes() : 0;
            first.sweepers.add(sweeper);
        }
        add(first);
        while (!pending.isEmpty() && violation.isEmpty()) {
            State state = pending.pop();
            for (int i = 0; i < state.clients.size(); i++) {
                if (state.clients.get(i).at != Step.END) {
                    State next = state.copy();
                    client(next, i);
                    add(next);
                }
            }
            for (int i = 0; i < state.sweepers.size(); i++) {
                if (state.sweepers.get(i).at != Step.END) {
                    State next = state.copy();
                    sweeper(next, next.sweepers.get(i), false);
                    add(next);
                    if (state.sweepers.get(i).crashesLeft > 0 && state.sweepers.get(i).at != Step.BEGIN) {
                        State crashed = state.copy();
                        crash(crashed.sweepers.get(i));
                        add(crashed);
                    }
                    boolean marks = state.sweepers.get(i).at == Step.MARK_FIRST;
                    if (marks && state.missesLeft > 0) {
                        State missing = state.copy();
                        missing.missesLeft--;
                        sweeper(missing, missing.sweepers.get(i), true);
                        add(missing);
                    }
                }
            }
            if (state.now < scenario.lastTime() && mayPass(state)) {
                State later = state.copy();
                later.now++;
                add(later);
            }
        }
    }

    private void add(State state) {
        boolean lost =
                state.inTree == NONE && state.inTrash == NONE && (state.acknowledged[0] || state.acknowledged[1]);
        if (lost) {
            violation = Optional.of("an acknowledged push is lost");
        }
        boolean deleted =
                state.clients.stream().anyMatch(client -> client.purpose == Purpose.DELETE && client.at == Step.END);
        if (deleted && (state.inTree != NONE || state.inTrash != NONE)) {
            violation = Optional.of("what was deleted is there");
        }
        if (seen.add(state.key())) {
            pending.push(state);
        }
    }

    private static boolean mayPass(State state) {
        return state.sweepers.stream()
                        .noneMatch(sweeper -> isDeciding(sweeper) && state.now - sweeper.checked >= QUARTER)
                && state.clients.stream()
                        .noneMatch(client -> client.at == Step.RESCUE_RENAME && state.now - client.touched >= QUARTER);
    }

    /** Whether it has looked at a file's time, or set it, and acts next. */
    private static boolean isDeciding(Sweeper sweeper) {
        return switch (sweeper.at) {
            case MOVE, PUT_BACK, PURGE, RESTORE -> true;
            default -> false;
        };
    }

    private void client(State state, int number) {
        Client client = state.clients.get(number);
        switch (client.at) {
            case LOOK -> {
                boolean lease = client.purpose != Purpose.ASK || mistake != Mistake.HEAD_TAKES_NO_LEASE;
                if (state.inTree == NONE) {
                    client.at = Step.RESCUE_TOUCH;
                } else if (lease && state.modified[state.inTree] <= state.now - HALF) {
                    client.at = Step.TOUCH;
                } else {
                    found(state, client);
                }
            }
            case TOUCH -> {
                if (state.inTree == NONE) {
                    client.at = Step.RESCUE_TOUCH;
                } else {
                    state.touched(state.inTree);
                    found(state, client);
                }
            }
            case RESCUE_TOUCH -> {
                if (state.inTrash != NONE) {
                    state.touched(state.inTrash);
                }
                client.touched = state.now;
                client.at = state.inTrash == NONE ? Step.LOOK_AGAIN : Step.RESCUE_RENAME;
            }
            case RESCUE_RENAME -> {
                client.at = state.inTrash == NONE ? Step.LOOK_AGAIN : Step.LOOK;
                restore(state);
            }
            case LOOK_AGAIN -> {
                if (state.inTree == NONE) {
                    missed(state, client, number);
                } else {
                    client.at = Step.LOOK;
                }
            }
            case UPLOAD -> {
                if (state.inTree == NONE) {
                    state.inTree = state.inTrash == 1 ? 0 : 1;
                }
                state.touched(state.inTree);
                found(state, client);
            }
            case LINK -> {
                state.linked[number] = true;
                boolean tookLong = state.now - client.putBegan > QUARTER;
                client.at = tookLong ? Step.LOOK : Step.ACKNOWLEDGE;
                client.purpose = tookLong ? Purpose.CONFIRM : client.purpose;
            }
            case ACKNOWLEDGE -> {
                state.acknowledged[number] = true;
                client.at = Step.END;
            }
            case DELETE -> {
                client.deletes = state.inTree != NONE;
                state.inTree = NONE;
                client.at = Step.DROP;
            }
            case DROP -> {
                client.deletes |= state.inTrash != NONE;
                state.inTrash = NONE;
                boolean ends = client.deletes && mistake == Mistake.DELETE_ENDS_AFTER_THE_FIRST_SUCCESS;
                client.at = ends ? Step.END : Step.DELETE_AGAIN;
            }
            case DELETE_AGAIN -> {
                client.deletes |= state.inTree != NONE;
                state.inTree = NONE;
                client.passesLeft = client.deletes ? 1 : client.passesLeft - 1;
                client.at = client.passesLeft >= 0 ? Step.DELETE : Step.END;
            }
            default -> throw new IllegalStateException(client.at.name());
        }
    }

    private static void found(State state, Client client) {
        switch (client.purpose) {
            case ASK -> {
                client.told = state.now;
                client.purpose = Purpose.PUT;
                client.putBegan = state.now;
                client.at = Step.LOOK;
            }
            case PUT -> {
                client.looksTwice = false;
                client.at = Step.LINK;
            }
            case CONFIRM -> client.at = Step.ACKNOWLEDGE;
            case READ -> client.at = Step.END;
            case DELETE -> throw new IllegalStateException();
        }
    }

    private void missed(State state, Client client, int number) {
        switch (client.purpose) {
            case ASK -> client.at = Step.UPLOAD;
            case PUT, CONFIRM -> {
                if (!client.looksTwice) {
                    client.looksTwice = true;
                    client.at = Step.LOOK;
                    return;
                }
                if (state.now - client.told < HALF) {
                    violation = Optional.of("a client was told of a blob, and its manifest is refused");
                }
                client.at = Step.END;
            }
            case READ -> {
                if (state.acknowledged[0]) {
                    violation = Optional.of("a pull of an acknowledged push fails: " + number);
                }
                client.at = Step.END;
            }
            case DELETE -> throw new IllegalStateException();
        }
    }

    /** It goes on from what it has saved: it marks again, or looks again at the file, with the time of its begin. */
    private static void crash(Sweeper sweeper) {
        sweeper.crashesLeft--;
        sweeper.at = switch (sweeper.at) {
            case MARK_FIRST, MARK_SECOND -> Step.MARK_FIRST;
            case CHECK, MOVE, READ_TIME, PUT_BACK -> Step.CHECK;
            default -> Step.PURGE_CHECK;
        };
    }

    private void sweeper(State state, Sweeper sweeper, boolean misses) {
        int before = sweeper.began - GRACE;
        switch (sweeper.at) {
            case BEGIN -> {
                sweeper.began = state.now;
                sweeper.needed = false;
                sweeper.at = Step.MARK_FIRST;
            }
            case MARK_FIRST -> {
                sweeper.needed |= state.linked[0] && !misses;
                sweeper.at = Step.MARK_SECOND;
            }
            case MARK_SECOND -> {
                sweeper.needed |= state.linked[1];
                sweeper.at = Step.CHECK;
            }
            case CHECK -> {
                boolean candidate = !sweeper.needed && state.inTree != NONE && state.modified[state.inTree] < before;
                sweeper.checked = state.now;
                sweeper.at = candidate ? Step.MOVE : Step.PURGE_CHECK;
            }
            case MOVE -> {
                sweeper.at = state.inTree == NONE ? Step.PURGE_CHECK : Step.READ_TIME;
                if (state.inTree != NONE) {
                    state.inTrash = state.inTree;
                    state.inTree = NONE;
                    state.changed[state.inTrash] = state.now;
                }
            }
            case READ_TIME -> {
                boolean touched = state.inTrash != NONE && state.modified[state.inTrash] >= before;
                sweeper.checked = state.now;
                if (touched && mistake != Mistake.TRASH_WITHOUT_READING_THE_TIME_AGAIN) {
                    state.touched(state.inTrash);
                    sweeper.at = Step.PUT_BACK;
                } else {
                    requireNobodyWasTold(state);
                    sweeper.at = Step.PURGE_CHECK;
                }
            }
            case PUT_BACK -> {
                restore(state);
                sweeper.at = Step.PURGE_CHECK;
            }
            case PURGE_CHECK -> purgeCheck(state, sweeper, before);
            case PURGE -> {
                state.inTrash = NONE;
                end(sweeper);
            }
            case RESTORE -> {
                restore(state);
                end(sweeper);
            }
            default -> throw new IllegalStateException(sweeper.at.name());
        }
    }

    private void purgeCheck(State state, Sweeper sweeper, int before) {
        boolean secondMark = mistake != Mistake.PURGE_WITHOUT_SECOND_MARK;
        if (state.inTrash == NONE) {
            end(sweeper);
        } else if (secondMark && sweeper.needed) {
            state.touched(state.inTrash);
            sweeper.checked = state.now;
            sweeper.at = Step.RESTORE;
        } else {
            int limit = secondMark ? before : state.now - GRACE;
            boolean old = state.modified[state.inTrash] < limit && state.changed[state.inTrash] < limit;
            sweeper.checked = state.now;
            sweeper.at = old ? Step.PURGE : sweeper.at;
            if (!old) {
                end(sweeper);
            }
        }
    }

    private static void restore(State state) {
        if (state.inTrash != NONE) {
            state.inTree = state.inTrash;
            state.inTrash = NONE;
        }
    }

    private static void end(Sweeper sweeper) {
        sweeper.runsLeft--;
        sweeper.at = sweeper.runsLeft > 0 ? Step.BEGIN : Step.END;
    }

    /** Nothing goes to the trash that a client was told of within half the grace time. */
    private void requireNobodyWasTold(State state) {
        boolean told =
                state.inTree == NONE && state.clients.stream().anyMatch(client -> state.now - client.told < HALF);
        if (told) {
            violation = Optional.of("a blob that a client was just told of is in the trash");
        }
    }
}
