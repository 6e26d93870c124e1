package org.fedoraproject.registry.page;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The JAX-RS application below {@code /r}; see {@code v2.RegistryApplication} for how its resources are made. */
@ApplicationPath("/r")
public class PageApplication extends Application {}
