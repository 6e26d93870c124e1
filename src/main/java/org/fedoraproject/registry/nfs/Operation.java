package org.fedoraproject.registry.nfs;

import java.util.concurrent.Callable;

/** The kinds of file operations that are measured. Each may be several calls to the kernel. */
public enum Operation {
    /** Reads a small file from open to close. */
    READ,
    /** Asks for a file's size or time. */
    LOOK,
    /** Opens a file whose bytes are sent or written later. */
    OPEN,
    /** Reads a directory. */
    LIST,
    /** Writes a small file, or a part of a big one; without a force. */
    WRITE,
    /** Makes a file or a directory durable. */
    FORCE,
    /** Gives a file another name. */
    RENAME,
    /** Makes a file's time the present one. */
    RENEW,
    /** Deletes a file. */
    DELETE;

    /** Is told of each file operation, in the thread that did it. Must be quick, and must not throw. */
    public interface Observer {
        /** An operation has ended, well or not. */
        void ended(Operation operation, long nanos);

        /** Is asked for each work that another thread will do for the present one: that work, as this observer knows it again. */
        default <T> Callable<T> carry(Callable<T> work) {
            return work;
        }
    }
}
