package org.fedoraproject.registry.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a configuration key, on a record component that is a {@code ConfigProperty}: name and default are there, the
 * type is the component's. The check at the start, {@code ops/config} and the tables of {@code ops/CONFIGURATION.md}
 * are made of it. Each key has one declaration.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {
    /** The meaning, for administrators, in Markdown. */
    String help();

    /** What happens without a value, in words; for keys that have no default. */
    String otherwise() default "none";

    /** What a value is or counts, such as {@code bytes}; by default its type says so. */
    String unit() default "";

    /** The least value; like the other bounds, a whole number or a duration, and checked for no other types. */
    String min() default "";

    /** The value that must be exceeded. */
    String above() default "";

    /** The greatest value. */
    String max() default "";

    /** The only values, if not empty; of a list, its only elements. */
    String[] oneOf() default {};

    /** Whether the value is a secret, which nobody prints. */
    boolean secret() default false;
}
