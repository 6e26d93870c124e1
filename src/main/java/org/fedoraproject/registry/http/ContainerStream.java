package org.fedoraproject.registry.http;

import io.undertow.servlet.handlers.ServletRequestContext;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The container's own stream of an answer. It sends files from the kernel's cache, while the stream of JAX-RS takes
 * only bytes.
 */
public final class ContainerStream {
    private static final byte[] NOTHING = {};

    private ContainerStream() {}

    /**
     * Switches from the JAX-RS stream to the container's. Keeps the status and headers that JAX-RS has set.
     *
     * @param jaxrs must not be written to any more
     */
    public static OutputStream behind(OutputStream jaxrs) throws IOException {
        jaxrs.write(NOTHING, 0, 0); // RESTEasy hands status and headers to the container at the first write
        return ServletRequestContext.requireCurrent().getServletResponse().getOutputStream();
    }
}
