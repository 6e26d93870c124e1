package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtpasswdFileTest {
    private static final String SECRET = "pässword $%";

    @TempDir
    Path directory;

    /** What Apache's own program writes, by each of its options that we take. */
    @ParameterizedTest
    @ValueSource(strings = {"-B", "-B -C 4", "-B -C 10", "-2", "-5", "-2 -r 1000", "-5 -r 5001", "-m"})
    @NeedsCommand("htpasswd")
    void takesWhatHtpasswdWrites(String options) throws Exception {
        for (int salt = 0; salt < 10; salt++) { // not every hash is like the others
            assertThat(HtpasswdFile.read(htpasswd(options)).verify("alice", SECRET))
                    .isTrue();
        }
        HtpasswdFile passwords = HtpasswdFile.read(htpasswd(options));

        assertThat(passwords.verify("alice", SECRET + "x")).isFalse();
        assertThat(passwords.verify("alice", "")).isFalse();
        assertThat(passwords.verify("bob", SECRET)).isFalse();
        assertThat(passwords.verify("Alice", SECRET)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-p", "-s", "-d"})
    @NeedsCommand("htpasswd")
    void refusesPlainTextAndWeakHashes(String options) throws Exception {
        assertThat(HtpasswdFile.read(htpasswd(options)).verify("alice", SECRET)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice:" + SECRET,
                "alice:",
                "alice",
                ":",
                "",
                "alice:$2y$31$abcdefghijklmnopqrstuvabcdefghijklmnopqrstuvwxyzabcdeABCDE",
                "alice:$2y$05$short",
                "alice:$6$rounds=999999999$salt$abc",
                "alice:$1$salt$abcdefghijklmnopqrstuv",
                "alice:$apr1$salt$short",
                "alice:$apr1$$"
            })
    void linesThatAreNoneLetNobodyIn(String line) {
        HtpasswdFile passwords = HtpasswdFile.read(line + "\n");
        assertThat(passwords.verify("alice", SECRET)).isFalse();
        assertThat(passwords.verify("", "")).isFalse();
        assertThat(passwords.version("alice")).isEmpty();
    }

    /** A test vector of crypt_blowfish, and what openssl makes. */
    @Test
    void hashesAreThoseOfOthers() {
        HtpasswdFile passwords = HtpasswdFile.read("""
                # other programs' hashes
                a:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
                b:$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5
                broken line
                c:$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1
                d:$apr1$TqI9WECO$KCl8NZsiPI2c4.wTsa4M41
                """);
        assertThat(passwords.verify("a", "U*U")).isTrue();
        assertThat(passwords.verify("b", "Hello world!")).isTrue();
        assertThat(passwords.verify("c", "Hello world!")).isTrue();
        assertThat(passwords.verify("d", "test")).isTrue();
    }

    @Test
    @NeedsCommand("htpasswd")
    void rightPasswordIsRememberedAndNoOther() throws Exception {
        HtpasswdFile passwords = HtpasswdFile.read(htpasswd("-B -C 10"));
        assertThat(passwords.isRemembered("alice", SECRET)).isFalse();
        assertThat(passwords.verify("alice", SECRET)).isTrue();
        assertThat(passwords.isRemembered("alice", SECRET)).isTrue();
        assertThat(passwords.isRemembered("alic", "e" + SECRET)).isFalse();

        passwords.verify("alice", "wrong");
        assertThat(passwords.isRemembered("alice", "wrong")).isFalse();
        assertThat(HtpasswdFile.read(htpasswd("-B -C 10")).isRemembered("alice", SECRET))
                .as("another version of the file")
                .isFalse();
    }

    /** Medians of a few, with room for a busy machine: a name that is not there is not told by its haste. */
    @Test
    @NeedsCommand("htpasswd")
    void unknownUserTakesAsLongAsAKnownOne() throws Exception {
        HtpasswdFile passwords = HtpasswdFile.read(htpasswd("-B -C 10"));
        Duration known = median(() -> passwords.verify("alice", "wrong"));
        Duration unknown = median(() -> passwords.verify("nobody", "wrong"));

        assertThat(unknown).isBetween(known.dividedBy(3), known.multipliedBy(3));
    }

    @Test
    @NeedsCommand("htpasswd")
    void versionTellsAChangedPassword() throws Exception {
        assertThat(HtpasswdFile.read(htpasswd("-B")).version("alice"))
                .isPresent()
                .isNotEqualTo(HtpasswdFile.read(htpasswd("-B")).version("alice"));
    }

    private static Duration median(Runnable run) {
        long[] nanos = new long[7];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            run.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[nanos.length / 2]);
    }

    private String htpasswd(String options) throws Exception {
        Path file = directory.resolve("htpasswd");
        List<String> line = new ArrayList<>(List.of("htpasswd", "-c", "-b"));
        line.addAll(List.of(options.split(" ")));
        line.addAll(List.of(file.toString(), "alice", SECRET));
        new Command(directory, Map.of(), line).run();
        return Files.readString(file);
    }
}
