package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import java.util.ArrayDeque;
import java.util.Deque;

/** The actions to run at the end of a request, whatever its result. */
public final class RequestEnd {
    private static final String ATTRIBUTE = RequestEnd.class.getName();

    private final Deque<Runnable> actions = new ArrayDeque<>();

    private RequestEnd() {}

    /** Adds an action. Actions run in reverse order. */
    public static void add(ServletRequest request, Runnable action) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestEnd end) {
            end.actions.push(action);
        } else {
            RequestEnd end = new RequestEnd();
            end.actions.push(action);
            request.setAttribute(ATTRIBUTE, end);
        }
    }

    /** Runs all actions, even if one fails, and throws the first failure with the others suppressed. */
    static void reached(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestEnd end) {
            request.removeAttribute(ATTRIBUTE);
            end.run();
        }
    }

    private void run() {
        Throwable first = null;
        while (!actions.isEmpty()) {
            try {
                actions.pop().run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException failure) {
            throw failure;
        }
    }
}
