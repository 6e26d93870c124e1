package org.fedoraproject.registry.v2;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS application below {@code /v2}. */
@ApplicationPath("/v2")
public class RegistryApplication extends Application {}
