package org.fedoraproject.registry.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS application below {@code /api/v1}; see {@code v2.RegistryApplication} for how its resources are made. */
@ApplicationPath("/api/v1")
public class ApiApplication extends Application {}
