package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.store.QuotaFiles;
import org.jboss.logging.Logger;

/** Tells other instances what this one has changed, and hears of them, every second. */
final class Exchange {
    private static final Logger LOG = Logger.getLogger(Exchange.class);

    private static final int CHANGES_PER_SECOND = 20_000;

    private final QuotaFiles files;
    private final Usage usage;
    private final CurrentRules rules;
    private boolean started;
    private boolean dirty;
    private long writeAt = System.nanoTime();
    private long broken;
    private Rules announced = Rules.NONE;

    Exchange(QuotaFiles files, Usage usage, CurrentRules rules) {
        this.files = files;
        this.usage = usage;
        this.rules = rules;
    }

    synchronized void run() {
        Usage.News news = usage.news();
        Epochs epochs = Epochs.parse(files.epoch());
        usage.settle(news, epochs.announced());
        dirty |= !news.isEmpty();
        if (!started || epochs.published() > usage.count().epoch() && epochs.published() != broken) {
            load(epochs);
            started = true;
        }
        List<String> instances = files.changes();
        if (dirty || usage.size() > 0 && !instances.contains(files.instance())) {
            write();
        }
        List<Changes> others = new ArrayList<>();
        for (String instance : instances) {
            if (!instance.equals(files.instance())) {
                files.changes(instance).map(Changes::parse).ifPresent(others::add);
            }
        }
        usage.putOthers(others);
        sayWhatIsInForce();
    }

    /** A long file less often. */
    private void write() {
        if (System.nanoTime() - writeAt >= 0) {
            files.putChanges(usage.text());
            dirty = false;
            writeAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(usage.size() / CHANGES_PER_SECOND);
        }
    }

    private void load(Epochs epochs) {
        Count.Reader reader = new Count.Reader();
        files.readCount(reader::accept);
        Optional<Count> count = reader.count();
        if (count.isPresent()) {
            dirty |= usage.put(count.get());
        } else if (epochs.published() > 0) {
            broken = epochs.published();
            LOG.error("The count of what repositories use cannot be read; it is made again");
        }
    }

    private void sayWhatIsInForce() {
        Rules current = rules.current();
        if (current != announced && usage.missing(current).isEmpty()) {
            announced = current;
            LOG.infof("Quotas in force: %d", current.all().size());
        }
    }
}
