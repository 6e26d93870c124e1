package org.fedoraproject.registry.v2;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/**
 * The JAX-RS application below {@code /v2}. Fields of its resources and providers are injected, other than everywhere
 * else: RESTEasy deploys no class whose constructor has parameters that are not Jakarta REST's, although CDI would make
 * the object (RESTEASY003190, RESTEASY003900).
 */
@ApplicationPath("/v2")
public class RegistryApplication extends Application {}
