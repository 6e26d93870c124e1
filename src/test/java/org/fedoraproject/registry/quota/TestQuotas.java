package org.fedoraproject.registry.quota;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.store.QuotaFiles;
import org.fedoraproject.registry.store.Stores;

/** Quotas of one instance. */
public final class TestQuotas {
    private TestQuotas() {}

    /** Without a rule file; must not touch the share. */
    public static Quotas none() {
        return new Quotas(config(Optional.empty()), new Recount.Tree(null, null, null), () -> false);
    }

    static Quotas make(Stores stores, QuotaFiles files, Path rules, BooleanSupplier readOnly) {
        return new Quotas(
                config(Optional.of(rules.toString())),
                new Recount.Tree(stores.repositories(), stores.quotaScan(), files),
                readOnly);
    }

    private static QuotaConfig config(Optional<String> rules) {
        return new QuotaConfig(rules, 1_000_000, Duration.ofHours(24));
    }
}
