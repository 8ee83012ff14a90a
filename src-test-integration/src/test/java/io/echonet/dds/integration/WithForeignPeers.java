package io.echonet.dds.integration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests that need js-libp2p, which the build installs wherever it finds npm. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(WithForeignPeers.Installed.class)
@interface WithForeignPeers {
  /** Says why where there are none: it is a difference whether a test passed or could not run. */
  final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Files.isExecutable(ForeignPeer.NODE)) {
        return ConditionEvaluationResult.enabled("there is " + ForeignPeer.NODE);
      }
      String reason = "no " + ForeignPeer.NODE + ": the build had no npm to install it with";
      System.out.println("SKIPPED " + context.getDisplayName() + ": " + reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
