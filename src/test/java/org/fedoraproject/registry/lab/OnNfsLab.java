package org.fedoraproject.registry.lab;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Tests on the lab, which is a parameter of theirs: it is started by the first that wants it, and ended after the last. Where
 * the machine cannot run it they are skipped, with the reason. Where the environment says {@code CI=true}, what can be
 * installed is no reason.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Tag("nfs-lab")
@ExtendWith(OnNfsLab.Extension.class)
public @interface OnNfsLab {
    /** Asks the lab's own check, and keeps the one lab. */
    class Extension implements ExecutionCondition, ParameterResolver {
        private static final Namespace LAB = Namespace.create(NfsLab.class);

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            NfsLab.Check check =
                    store(context).getOrComputeIfAbsent("check", key -> NfsLab.check(), NfsLab.Check.class);
            boolean installable = check.status() == NfsLab.Check.NOT_INSTALLED;
            return check.status() == 0 || installable && "true".equals(System.getenv("CI"))
                    ? ConditionEvaluationResult.enabled("")
                    : ConditionEvaluationResult.disabled(check.words());
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == NfsLab.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return store(context).getOrComputeIfAbsent("lab", key -> NfsLab.start(), NfsLab.class);
        }

        private static Store store(ExtensionContext context) {
            return context.getRoot().getStore(LAB);
        }
    }
}
