package org.fedoraproject.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/console/", "/console/jobs", "/console/repository?name=a%2Fb&last=v1.0_~-*", "/console/events?"
            })
    void nextIsAPageOfTheConsole(String next) {
        assertThat(Places.next(next)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v2/",
                "//host/",
                "https://host/",
                "/console",
                "/console//host",
                "/console/../v2/",
                "/console/./",
                "/console/%2e%2e/",
                "/console/jobs#x",
                "/console/jobs?a\n",
                "/console/\\host",
                "/console/jobs?a=<b>",
                " /console/"
            })
    void nextIsNothingElse(String next) {
        assertThat(Places.next(next)).isEqualTo("/console/");
    }

    @Test
    void queryIsEscaped() {
        assertThat(Places.with("/console/delete", "name", "a/b", "reference", "x&y=\"<"))
                .isEqualTo("/console/delete?name=a%2Fb&reference=x%26y%3D%22%3C");
    }

    @Test
    void everyCommandAndPlaceHasAPathOfItsOwn() {
        for (Command each : Command.values()) {
            assertThat(Command.at(each.path().substring(Places.ROOT.length()))).contains(each);
            assertThat(Place.at(each.path().substring(Places.ROOT.length()))).isEmpty();
        }
        for (Place each : Place.values()) {
            assertThat(Place.at(each.path().substring(Places.ROOT.length()))).contains(each);
        }
        assertThat(Command.at("do/other")).isEmpty();
        assertThat(Command.at("delete")).isEmpty();
    }
}
