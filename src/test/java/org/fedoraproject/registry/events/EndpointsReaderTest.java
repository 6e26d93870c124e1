package org.fedoraproject.registry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsReaderTest {
    @TempDir
    Path work;

    @Test
    void readsAllFields() throws IOException {
        Path headers = Files.writeString(work.resolve("headers"), "Authorization: Bearer xyz\nX-Other: 1\n");
        Path key = Files.writeString(work.resolve("key"), "secret\n");
        Endpoints read = EndpointsReader.read("""
                {
                  "endpoints": [
                    {
                      "name": "ci",
                      "url": "https://ci.example.org/hook?x=1",
                      "format": "cloudevents",
                      "repositories": ["team/**", "app"],
                      "actions": ["push", "pull", "tag"],
                      "mediaTypes": ["application/vnd.oci.image.manifest.v1+json"],
                      "artifactTypes": ["application/x"],
                      "pullSample": 0.25,
                      "headerFile": "%s",
                      "signatureKeyFile": "%s",
                      "timeout": "PT7S",
                      "batch": 20
                    },
                    {"name": "other", "url": "http://localhost:8080/"}
                  ]
                }""".formatted(headers, key));

        Endpoint ci = read.all().getFirst();
        assertThat(ci.name()).isEqualTo("ci");
        assertThat(ci.url()).isEqualTo(URI.create("https://ci.example.org/hook?x=1"));
        assertThat(ci.format()).isEqualTo(Format.CLOUDEVENTS);
        assertThat(ci.filter().repositories()).extracting("text").containsExactly("team/**", "app");
        assertThat(ci.filter().actions()).isEqualTo(Set.of(EventAction.PUSH, EventAction.PULL, EventAction.TAG));
        assertThat(ci.filter().pullSample()).isEqualTo(0.25);
        assertThat(ci.timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(ci.batch()).isEqualTo(20);
        assertThat(ci.headerFile()).contains(headers.toString());
        Endpoint other = read.all().getLast();
        assertThat(other.filter().actions()).isEqualTo(EventAction.BY_DEFAULT);
        assertThat(other.format()).isEqualTo(Format.DOCKER);
        assertThat(other.batch()).isEqualTo(1);
        assertThat(other.keyFile()).isEmpty();
    }

    /** So that the other endpoints go on undisturbed when one is added. */
    @Test
    void sameTextIsTheSameEndpoints() {
        String text = """
                {"endpoints": [{"name": "a", "url": "http://a/", "repositories": ["team/*"]}]}""";

        assertThat(EndpointsReader.read(text)).isEqualTo(EndpointsReader.read(text));
    }

    @Test
    void noEndpointsAreAllowed() {
        assertThat(EndpointsReader.read("{\"endpoints\": []}").all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'' | not JSON",
                "[] | line 1: is not an object",
                "{} | endpoints: is missing",
                "{\"endpoints\": {}} | line 1: endpoints: is not an array",
                "{\"endpoints\": [], \"endpoints\": []} | line 1: endpoints: is there twice",
                "{\"endpoint\": []} | line 1: endpoint: there is no such field",
                "{\"endpoints\": []} x | line 1: not JSON",
                "{\"endpoints\": [1]} | line 1: endpoints[0]: is not an object",
                "{\"endpoints\": [ | not JSON",
            })
    void namesMistakesOfTheDocument(String text, String mistake) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointsReader.read(Optional.ofNullable(text).orElse("")))
                .withMessageContaining(mistake);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"urll\": \"http://a/\" | urll: there is no such field",
                "\"url\": 1 | url: is not a text",
                "\"url\": \"a b\" | url: is not a URL",
                "\"url\": \"ftp://a/\" | url: is not an absolute http or https URL",
                "\"url\": \"/hook\" | url: is not an absolute http or https URL",
                "\"url\": \"http://me:secret@a/\" | url: has a user: use headerFile",
                "\"url\": \"http://a:99999/\" | url: has a port that is not from 1 to 65535",
                "\"url\": \"http://a:0/\" | url: has a port that is not from 1 to 65535",
                "\"repositories\": [] | repositories: has no element",
                "\"actions\": [] | actions: has no element",
                "\"mediaTypes\": [] | mediaTypes: has no element",
                "\"artifactTypes\": [] | artifactTypes: has no element",
                "\"mediaTypes\": [\"a/b\", \"manifest\"] | mediaTypes[1]: is not a media type",
                "\"artifactTypes\": [\"x\"] | artifactTypes[0]: is not a media type",
                "\"format\": \"xml\" | format: is none of docker, cloudevents, cloudevents-binary: xml",
                "\"repositories\": \"a\" | repositories: is not an array",
                "\"repositories\": [\"a\", \"/b\"] | repositories[1]: not a pattern of repositories: /b",
                "\"actions\": [\"push\", \"pushes\"] | actions[1]: is none of [push, pull,",
                "\"actions\": [\"pull\"] | the action pull and the field pullSample need each other",
                "\"pullSample\": 0.5 | the action pull and the field pullSample need each other",
                "\"pullSample\": 2 | pullSample: is not between 0 and 1",
                "\"timeout\": \"5 s\" | timeout: is not a duration such as PT5S",
                "\"timeout\": \"PT1M\" | timeout: is not above 0 and at most PT30S",
                "\"timeout\": \"PT0S\" | timeout: is not above 0 and at most PT30S",
                "\"batch\": 0 | batch: is not between 1 and 1000",
                "\"batch\": 1.5 | batch: is not a whole number",
                "\"batch\": 2, \"format\": \"cloudevents-binary\" | batch: cloudevents-binary has one event in a request",
                "\"headerFile\": \"/nowhere\" | headerFile: headers: cannot read /nowhere",
                "\"signatureKeyFile\": \"/nowhere\" | signatureKeyFile: key: cannot read /nowhere",
            })
    void namesMistakesOfAnEndpoint(String field, String mistake) {
        String url = field.startsWith("\"url\"") ? "" : "\"url\": \"http://a/\",";
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        EndpointsReader.read("{\n\"endpoints\": [\n{\"name\": \"a\", " + url + "\n" + field + "}]}"))
                .withMessageStartingWith("line 4: endpoints[0]")
                .withMessageContaining(mistake)
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"url\": \"http://a/\"} | line 1: endpoints[0]: name: is missing",
                "{\"name\": \"a\"} | line 1: endpoints[0]: url: is missing",
                "{\"name\": \"A\", \"url\": \"http://a/\"} | endpoints[0].name: is not a name of lower-case letters",
                "{\"name\": \"..\", \"url\": \"http://a/\"} | endpoints[0].name: is not a name of lower-case letters",
                "{\"name\": \"a\", \"url\": \"http://a/\"}, {\"name\": \"a\", \"url\": \"http://b/\"} | endpoints[1]: name: another endpoint is a",
            })
    void namesMistakesOfNamesAndWhatIsMissing(String endpoints, String mistake) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointsReader.read("{\"endpoints\": [" + endpoints + "]}"))
                .withMessageContaining(mistake);
    }

    /** The message goes to the log. */
    @Test
    void quotesNoHeader() throws IOException {
        Path headers = Files.writeString(work.resolve("headers"), "Authorization: Bearer \u0001xyz\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointsReader.read("{\"endpoints\": [{\"headerFile\": \"" + headers + "\"}]}"))
                .withMessageContaining("headerFile: headers: cannot send the header Authorization")
                .withMessageNotContaining("xyz");
    }
}
