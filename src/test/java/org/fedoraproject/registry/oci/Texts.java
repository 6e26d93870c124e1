package org.fedoraproject.registry.oci;

import java.util.Random;

/** Short texts over a small alphabet, so that the odd ones come often. */
final class Texts {
    private Texts() {}

    static String random(Random random, String alphabet, int maxLength) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(maxLength + 1);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
