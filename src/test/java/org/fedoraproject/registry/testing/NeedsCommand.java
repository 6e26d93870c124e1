package org.fedoraproject.registry.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Programs without which a test is skipped. Where the environment says {@code CI=true} it is run nevertheless, and fails: there
 * they must be installed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NeedsCommand.Condition.class)
public @interface NeedsCommand {
    String[] value();

    /** Looks for the programs on the path. */
    class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<String> missing = AnnotationSupport.findAnnotation(context.getElement(), NeedsCommand.class).stream()
                    .flatMap(needs -> Arrays.stream(needs.value()))
                    .filter(program -> Command.find(program).isEmpty())
                    .toList();
            return missing.isEmpty() || "true".equals(System.getenv("CI"))
                    ? ConditionEvaluationResult.enabled("")
                    : ConditionEvaluationResult.disabled("not installed: " + String.join(", ", missing));
        }
    }
}
