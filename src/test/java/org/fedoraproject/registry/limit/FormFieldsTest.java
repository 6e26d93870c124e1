package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import org.fedoraproject.registry.oci.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormFieldsTest {
    @Test
    void fieldsAreDecodedInTheirOrder() {
        FormFields fields = FormFields.parse("scope=a%3Ab&x=1+2&scope=%C3%A9&empty=&=none&word");

        assertThat(fields.all("scope")).containsExactly("a:b", "\u00e9");
        assertThat(fields.first("scope")).isEqualTo("a:b");
        assertThat(fields.first("x")).isEqualTo("1 2");
        assertThat(fields.first("empty")).isEmpty();
        assertThat(fields.first("word")).isEmpty();
        assertThat(fields.all("other")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%zz", "%=a"})
    void refusesWhatIsNotEncoded(String form) {
        assertRefused(ErrorCode.UNSUPPORTED, () -> FormFields.parse(form));
    }
}
