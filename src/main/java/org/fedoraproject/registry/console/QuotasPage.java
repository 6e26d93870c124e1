package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;
import org.fedoraproject.registry.quota.Quotas;

/** What is used of the quotas. */
@Singleton
class QuotasPage implements ConsolePage {
    private final Quotas quotas;

    @Inject
    QuotasPage(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public Place place() {
        return Place.QUOTAS;
    }

    @Override
    public boolean isFor(Visit visit) {
        return visit.operates();
    }

    @Override
    public Sheet show(Visit visit) {
        return Sheet.of(
                "Quotas",
                new Part.Text("This instance has refused "
                        + Words.count(quotas.refusals(), "push", "pushes") + " because of a quota since its start."
                        + (quotas.isInForce()
                                ? ""
                                : " The rule file is not in force: it has a mistake, or the count is not done.")),
                new Part.Table(
                        "Quotas",
                        List.of("Quota", "Limit", "Used", "Most used by"),
                        quotas.uses().stream().map(QuotasPage::row).toList(),
                        "There are no quotas. To limit what repositories may have, set registry.quota.rules."));
    }

    private static List<Cell> row(Quotas.Use of) {
        return List.of(
                new Cell.Mono(of.label()),
                Cell.text(of.limit()),
                of.part().isPresent()
                        ? new Cell.Gauge(of.used(), of.part().getAsDouble())
                        : Cell.text("not counted yet"),
                Cell.text(of.most().entrySet().stream()
                        .map(each -> each.getKey() + " (" + each.getValue() + ")")
                        .collect(Collectors.joining(", "))));
    }
}
