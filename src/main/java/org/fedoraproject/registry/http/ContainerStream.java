package org.fedoraproject.registry.http;

import io.undertow.servlet.handlers.ServletRequestContext;
import java.io.IOException;
import java.io.OutputStream;

/** The container's own stream of an answer, which sends files from the kernel's cache; that of JAX-RS takes bytes only. */
public final class ContainerStream {
    private static final byte[] NOTHING = {};

    private ContainerStream() {}

    /**
     * Goes over from one to the other. Status and headers of the answer stay as JAX-RS has them.
     *
     * @param jaxrs to which nothing must be written any more
     */
    public static OutputStream behind(OutputStream jaxrs) throws IOException {
        jaxrs.write(NOTHING, 0, 0); // RESTEasy hands status and headers to the container at the first write
        return ServletRequestContext.requireCurrent().getServletResponse().getOutputStream();
    }
}
