package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A file of users, kept with Apache's {@code htpasswd}. */
public record Logins(Path file) {
    /** Of the users for whom no other is named. */
    public static final String PASSWORD = "pass word";

    /** Makes an empty one. */
    public Logins {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Adds a user with {@link #PASSWORD} and a bcrypt hash. */
    public void add(String user) throws Exception {
        add(user, PASSWORD);
    }

    /** Adds a user with a bcrypt hash, or changes the password. */
    public void add(String user, String password) throws Exception {
        add("-B", user, password);
    }

    /** @param kind the program's option for a kind of hash */
    public void add(String kind, String user, String password) throws Exception {
        htpasswd("-b", kind, file.toString(), user, password);
    }

    public void remove(String user) throws Exception {
        htpasswd("-D", file.toString(), user);
    }

    private void htpasswd(String... arguments) throws Exception {
        String[] line = new String[arguments.length + 1];
        line[0] = "htpasswd";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        Command.of(file.getParent(), line).run();
    }

    /** The value of {@code Authorization} for a user with {@link #PASSWORD}. */
    public static String basic(String user) {
        return basic(user, PASSWORD);
    }

    /** The value of {@code Authorization}. */
    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
