package io.echonet.dds.transport.testing;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The extension that fails a test run in which something leaked.
 *
 * <p>JUnit finds it by itself, in every module that has this one's tests on its test path.
 */
public final class LeakGuard implements BeforeAllCallback {
  /*
   * A leak shows only after a garbage collection, and then in no relation to the test that is running, so there is
   * one check at the end. It hangs on the root store, which JUnit closes after the last test: what closing throws is
   * a failure of the engine and, unlike what a TestExecutionListener throws, fails the build.
   */

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(LeakGuard.class))
        .computeIfAbsent(EndOfRun.class, key -> new EndOfRun(), EndOfRun.class);
  }

  private static final class EndOfRun implements AutoCloseable {
    @Override
    public void close() {
      Leaks.verifyNone();
    }
  }
}
