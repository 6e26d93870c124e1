package org.fedoraproject.registry.v2;

/** How deep arrays and objects of a JSON text are inside each other, found without reading it into anything. */
final class JsonDepth {
    private JsonDepth() {}

    /** Whether it is deeper than {@code max}. What is no JSON may be either, and is for the parser to refuse. */
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
