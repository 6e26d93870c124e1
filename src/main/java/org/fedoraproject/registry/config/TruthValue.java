package org.fedoraproject.registry.config;

/** What a switch is set to: {@code true} or {@code false}, in any case, and nothing else. */
public final class TruthValue {
    private TruthValue() {}

    public static boolean is(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    /** What is to be said of a value that {@linkplain #is is none}. */
    public static String refusal(String key, String value) {
        return key + " is neither true nor false: " + value;
    }
}
