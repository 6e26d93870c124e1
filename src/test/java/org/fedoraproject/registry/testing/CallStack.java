package org.fedoraproject.registry.testing;

import java.lang.StackWalker.StackFrame;
import java.util.function.Predicate;

/** Which methods the present thread is in: a test lets a file operation fail, or interferes, in one of them alone. */
public final class CallStack {
    private CallStack() {}

    /** @param type a class's name without its package, such as {@code TagStore} */
    public static boolean isIn(String type, String method) {
        return has(frame ->
                frame.getMethodName().equals(method) && frame.getClassName().endsWith("." + type));
    }

    public static boolean has(Predicate<StackFrame> such) {
        return StackWalker.getInstance().walk(frames -> frames.anyMatch(such));
    }
}
