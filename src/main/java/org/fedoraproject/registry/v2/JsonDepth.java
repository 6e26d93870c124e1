package org.fedoraproject.registry.v2;

/**
 * Finds the nesting depth of arrays and objects in a JSON text without parsing it. Parsson has a limit too, but throws a
 * plain {@code RuntimeException} for it, so that it could neither be counted nor named in the answer.
 */
final class JsonDepth {
    private JsonDepth() {}

    /** Whether the text is deeper than {@code max}. For invalid JSON the result is arbitrary; the parser refuses it. */
    static boolean exceeds(byte[] json, int max) {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            byte b = json[i];
            if (inString) {
                i += b == '\\' ? 1 : 0;
                inString = b != '"';
            } else if (b == '{' || b == '[') {
                depth++;
                if (depth > max) {
                    return true;
                }
            } else if (b == '}' || b == ']') {
                depth--;
            } else {
                inString = b == '"';
            }
        }
        return false;
    }
}
