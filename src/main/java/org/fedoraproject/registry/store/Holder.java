package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * Names a process among all hosts that share the tree, so that a successor on the same host can tell at once that it is gone.
 *
 * @param host the boot of the kernel and the name space of process ids
 * @param started when the process began, for process ids come again
 */
record Holder(String host, long pid, Instant started) {
    static final Holder THIS = current();

    private static Holder current() {
        ProcessHandle self = ProcessHandle.current();
        return new Holder(thisHost(), self.pid(), startOf(self));
    }

    /** Whether the process that wrote {@code text} is known to have ended; one on another host never is. */
    static boolean isGone(String text) {
        String[] parts = text.split(" ");
        if (parts.length != 3 || !parts[0].equals(THIS.host)) {
            return false;
        }
        return ProcessHandle.of(Long.parseLong(parts[1]))
                .filter(process -> startOf(process).toString().equals(parts[2]))
                .isEmpty();
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static String thisHost() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            return boot + "/" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException e) {
            return UUID.randomUUID().toString(); // not Linux: then only the lease tells
        }
    }

    @Override
    public String toString() {
        return host + " " + pid + " " + started;
    }
}
