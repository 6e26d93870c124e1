package org.fedoraproject.registry.quota;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.QuotaFiles;
import org.jboss.logging.Logger;

/**
 * Tells other instances what this one has changed, and hears of them, every second. A file that cannot be read is named
 * in the log, and keeps no other from being read; what was last read of it holds meanwhile.
 */
final class Exchange {
    private static final Logger LOG = Logger.getLogger(Exchange.class);

    private static final int CHANGES_PER_SECOND = 20_000;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final QuotaFiles files;
    private final Usage usage;
    private final Supplier<Rules> rules;
    private final Map<String, Changes> heard = new HashMap<>();
    private final Map<String, Fault> faults = new HashMap<>();
    private Optional<RegistryException> failure = Optional.empty();
    private boolean started;
    private boolean dirty;
    private long writeAt = System.nanoTime();
    private long broken;
    private Rules announced = Rules.NONE;

    /** A file that fails again and again is left alone for longer and longer, because each failure fills the log. */
    private record Fault(RegistryException failure, Duration pause, long end) {
        private static Fault of(RegistryException failure, Duration pause) {
            return new Fault(failure, pause, System.nanoTime() + pause.toNanos());
        }

        private boolean isOver() {
            return System.nanoTime() - end >= 0;
        }

        private Fault again(RegistryException newer) {
            Duration longer = pause.multipliedBy(2).plusSeconds(1);
            return of(newer, longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE);
        }
    }

    Exchange(QuotaFiles files, Usage usage, Supplier<Rules> rules) {
        this.files = files;
        this.usage = usage;
        this.rules = rules;
    }

    /** Returns the first failure of the share; all that works is done nevertheless. */
    synchronized Optional<RegistryException> run() {
        failure = Optional.empty();
        settle().ifPresent(this::load);
        boolean isTold = hear();
        if (dirty || usage.size() > 0 && !isTold) {
            write();
        }
        sayWhatIsInForce();
        return failure;
    }

    /** Tells others what is not told yet, even if that is a lot; for the end of this instance. */
    synchronized void tell() {
        faults.clear();
        settle();
        if (dirty) {
            writeAt = System.nanoTime();
            write();
        }
    }

    private Optional<Epochs> settle() {
        Usage.News news = usage.news();
        Optional<Epochs> read = attempt("epoch", () -> Epochs.parse(files.epoch()));
        read.ifPresent(epochs -> {
            usage.settle(news, epochs.announced());
            dirty |= !news.isEmpty();
        });
        return read;
    }

    private void load(Epochs epochs) {
        if (started && (epochs.published() <= usage.count().epoch() || epochs.published() == broken)) {
            return;
        }
        Optional<Count.Reader> read = attempt("count", () -> {
            Count.Reader reader = new Count.Reader();
            files.readCount(reader::accept);
            return reader;
        });
        if (read.isPresent()) {
            started = true;
            put(read.get().count(), epochs);
        }
    }

    private void put(Optional<Count> count, Epochs epochs) {
        if (count.isPresent()) {
            dirty |= usage.put(count.get());
        } else if (epochs.published() > 0) {
            broken = epochs.published();
            LOG.error("The count of what repositories use cannot be read; it is made again");
        }
    }

    /** Returns whether others can read of this instance. */
    private boolean hear() {
        Optional<List<String>> instances = attempt("changes", files::changes);
        if (instances.isEmpty()) {
            return true;
        }
        heard.keySet().retainAll(instances.get());
        for (String instance : instances.get()) {
            if (!instance.equals(files.instance())) {
                attempt("changes/" + instance, () -> files.changes(instance))
                        .ifPresent(text -> text.map(Changes::parse)
                                .ifPresentOrElse(all -> heard.put(instance, all), () -> heard.remove(instance)));
            }
        }
        usage.putOthers(heard.values());
        return instances.get().contains(files.instance());
    }

    /** A long file less often. */
    private void write() {
        if (System.nanoTime() - writeAt >= 0) {
            attempt("changes/" + files.instance(), () -> {
                files.putChanges(usage.text());
                dirty = false;
                writeAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(usage.size() / CHANGES_PER_SECOND);
                return true;
            });
        }
    }

    private <T> Optional<T> attempt(String file, Supplier<T> work) {
        Fault fault = faults.get(file);
        if (fault != null && !fault.isOver()) {
            failure = failure.or(() -> Optional.of(fault.failure()));
            return Optional.empty();
        }
        try {
            T result = work.get();
            faults.remove(file);
            return Optional.of(result);
        } catch (RegistryException e) {
            if (fault == null) {
                LOG.errorf("The file .quota/%s of quotas cannot be read or written: %s", file, e.getMessage());
            }
            faults.put(file, fault == null ? Fault.of(e, Duration.ZERO) : fault.again(e));
            failure = failure.or(() -> Optional.of(e));
            return Optional.empty();
        }
    }

    private void sayWhatIsInForce() {
        Rules current = rules.get();
        if (current != announced && usage.missing(current).isEmpty()) {
            announced = current;
            LOG.infof("Quotas in force: %d", current.all().size());
        }
    }
}
