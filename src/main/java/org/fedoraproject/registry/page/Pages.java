package org.fedoraproject.registry.page;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;

/** Answers requests for pages, and tells of failures in words. */
@Singleton
public class Pages {
    private static final Logger LOG = Logger.getLogger(Pages.class);

    private final Site site;
    private final PageConfig config;

    @Inject
    public Pages(Site site, PageConfig config) {
        this.site = site;
        this.config = config;
    }

    /** Answers an admitted request. */
    Response answer(
            RegistryRequest registry, HttpServletRequest http, Function<PageRequest, Response.ResponseBuilder> show) {
        try {
            requireEnabled();
            return show.apply(new PageRequest(site, registry, http)).build();
        } catch (RegistryException e) {
            return failure(e, registry.caller().name());
        } catch (RuntimeException e) {
            LOG.error("Unexpected failure", e);
            return failure(RegistryException.storageFault(e), registry.caller().name());
        }
    }

    /** @throws RegistryException if there are no pages */
    void requireEnabled() {
        if (!config.enabled()) {
            throw RegistryException.endpointUnknown();
        }
    }

    /** A page that says what is wrong. */
    Response failure(RegistryException failure, String caller) {
        Failure words = Failure.of(failure);
        Layout layout = Layout.of(site, words.title(), List.of(), caller);
        Response.ResponseBuilder answer = Html.answer(
                        failure.status(), out -> JtefailureGenerated.render(out, null, layout, words))
                .header("Cache-Control", null)
                .header("Cache-Control", "no-store");
        failure.headers().forEach(answer::header);
        return answer.build();
    }
}
