package org.fedoraproject.registry.config;

/** A boolean of the configuration: {@code true} or {@code false}, in any case, and nothing else. */
public final class StrictBoolean {
    private StrictBoolean() {}

    public static boolean isValid(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    /** The message for a value that {@linkplain #isValid is not one}. */
    public static String refusal(String key, String value) {
        return key + " is neither true nor false: " + value;
    }
}
