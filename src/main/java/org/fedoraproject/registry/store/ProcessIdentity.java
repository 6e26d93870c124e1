package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Identifies a process among all hosts that share the tree, so that a successor on the same host can tell at once that
 * it has ended.
 *
 * @param host the boot id of the kernel and the namespace of process ids
 * @param started when the process started, in the kernel's ticks since the boot, which no clock change moves; process
 *     ids are reused
 */
record ProcessIdentity(String host, long pid, String started) {
    static final ProcessIdentity CURRENT = current();

    private static final Pattern PID = Pattern.compile("[0-9]{1,10}");
    private static final int START_TIME_AFTER_NAME = 19;

    private static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return new ProcessIdentity(thisHost(), pid, started(Long.toString(pid)).orElse("-"));
    }

    /**
     * Whether the process that wrote {@code text} is known to have ended; never true for one on another host. More
     * words may follow the identity.
     */
    static boolean isGone(String text) {
        String[] parts = text.split(" ");
        boolean known = parts.length >= 3
                && parts[0].equals(CURRENT.host)
                && PID.matcher(parts[1]).matches();
        return known && !started(parts[1]).equals(Optional.of(parts[2]));
    }

    /** The 22nd field of {@code /proc/<pid>/stat} (proc(5)); empty if there is no such process. */
    private static Optional<String> started(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String afterName = stat.substring(stat.lastIndexOf(')') + 2);
            return Optional.of(afterName.split(" ")[START_TIME_AFTER_NAME]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String thisHost() {
        try {
            String boot =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            return boot + "/" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException e) {
            return UUID.randomUUID().toString(); // not Linux: then only the lease's age counts
        }
    }

    @Override
    public String toString() {
        return host + " " + pid + " " + started;
    }
}
