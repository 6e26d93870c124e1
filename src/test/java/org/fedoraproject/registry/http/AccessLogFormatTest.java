package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What WildFly would write for the same values. */
class AccessLogFormatTest {
    static List<String> hostile() {
        return List.of(
                "",
                "curl/8",
                "a\",\"status\":200,\"x\":\"",
                "\\",
                "\\\"",
                "line\nfeed\r\n{\"logger\":\"access\"}",
                "\b\f\t",
                "\u0000\u0001\u001b[31m\u001f",
                "\u007f\u0080\u009b31m\u00ff",
                "snowman \u2603, face \ud83d\ude00, separators \u2028\u2029",
                "</script>",
                "?",
                "~ !");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aStringIsEscapedAsJakartaJsonDoes(String value) {
        assertThat(new JsonLine("{\"a\":").string(value).fixed("}"))
                .hasToString(Json.createObjectBuilder().add("a", value).build().toString());
    }

    @Test
    void eachCharacterIsEscapedAsJakartaJsonDoes() {
        for (char character = 0; character < 0x3000; character++) {
            String value = "a" + character + "b";
            assertThat(new JsonLine("").string(value))
                    .hasToString(Json.createValue(value).toString());
        }
    }

    @Test
    void nothingIsNull() {
        assertThat(new JsonLine("").string(null).fixed(",").number(-1)).hasToString("null,-1");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void plainTextHasNoOtherCharacters(String value) {
        assertThat(PlainText.of(value)).isEqualTo(value.replaceAll("[^ -~]", "?"));
    }

    @Test
    void aTimeHasMillisecondsAndOffset() {
        for (String zone : List.of("UTC", "Europe/Berlin", "America/St_Johns")) {
            for (String time :
                    List.of("2026-01-02T03:04:05Z", "2026-07-02T03:04:05.007999Z", "2026-12-31T23:59:59.999Z")) {
                Clock clock = Clock.fixed(Instant.parse(time), ZoneId.of(zone));
                assertThat(new LogClock(clock).now())
                        .isEqualTo(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
                                .format(clock.instant().atZone(clock.getZone())));
            }
        }
    }

    @Test
    void theNextSecondIsFormattedAnew() {
        SettableClock clock = new SettableClock();
        LogClock times = new LogClock(clock);

        clock.now = Instant.parse("2026-10-25T00:59:59.999Z");
        assertThat(times.now()).isEqualTo("2026-10-25T02:59:59.999+02:00");
        clock.now = Instant.parse("2026-10-25T01:00:00.001Z");
        assertThat(times.now()).isEqualTo("2026-10-25T02:00:00.001+01:00");
        clock.now = Instant.parse("2026-10-25T00:59:59.998Z");
        assertThat(times.now()).isEqualTo("2026-10-25T02:59:59.998+02:00");
    }

    private static final class SettableClock extends Clock {
        private Instant now;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("Europe/Berlin");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
