package org.fedoraproject.registry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointStatesTest {
    @TempDir
    Path work;

    private EventFiles files;
    private EndpointStates states;

    @BeforeEach
    void open() throws IOException {
        Path endpoints = Files.writeString(work.resolve("endpoints"), """
                {"endpoints": [{"name": "ci", "url": "https://ci.example.org:8443/hook?token=secret"}]}""");
        files = new Stores(work.resolve("root")).eventFiles();
        Events events = new Events(
                new EventsConfig(
                        Optional.of(endpoints.toString()), 1000, Duration.ofHours(1), 3, Duration.ofSeconds(1)),
                files,
                new Mailbox());
        events.reload();
        states = new EndpointStates(events, files);
    }

    @Test
    void endpointIsKnownFromTheFileAndFromTheShare() {
        files.begin("ci");
        files.begin("old");
        files.events().put(3, "one");
        files.events().put(3, "two");
        files.putDead("ci", "03-1", """
                {"reason": "refused", "event": {"timestamp": "t", "action": "push",
                 "target": {"repository": "team/app", "tag": "v1", "digest": "sha256:0"}}}""");
        files.putDead("ci", "03-2", "damaged");

        assertThat(states.all()).extracting(EndpointStates.State::name).containsExactly("ci", "old");
        EndpointStates.State ci = states.all().getFirst();
        assertThat(ci.url()).isEqualTo("https://ci.example.org:8443/hook");
        assertThat(ci.waiting()).isEqualTo(2);
        assertThat(ci.oldest()).isPresent();
        assertThat(ci.dead()).isEqualTo(2);
        assertThat(ci.delivered()).isFalse();
        assertThat(states.all().getLast().url()).isEmpty();
        assertThat(states.letters("ci", 10))
                .containsExactly(
                        new EndpointStates.Letter("t", "push", "team/app v1", "refused"),
                        new EndpointStates.Letter("", "", "", "the letter is not readable"));
        assertThat(states.letters("../ci", 10)).isEmpty();
    }

    @Test
    void claimShowsThatAnInstanceDelivers() {
        files.begin("ci");
        assertThat(files.claim("ci").take()).isTrue();

        assertThat(states.all().getFirst().delivered()).isTrue();
    }

    @Test
    void ordersAreForEndpointsThatAreThere() {
        files.begin("ci");
        states.replay("ci");
        states.discard("ci");

        assertThat(states.all().getFirst().replaying()).isTrue();
        assertThat(states.all().getFirst().discarding()).isTrue();
        for (String name : new String[] {"", "none", "../ci", "ci/../ci"}) {
            assertRefused(ErrorCode.UNSUPPORTED, () -> states.replay(name));
        }
    }
}
