package io.echonet.dds.transport.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Netty's leak detector, handing what it finds to {@link Leaks} as well as to the log.
 *
 * <p>Netty makes one for each kind of resource it tracks, by the name in the system property {@code
 * io.netty.customResourceLeakDetector}, which the build sets in every test JVM.
 */
public final class LeakDetector<T> extends ResourceLeakDetector<T> {
  private static final List<LeakDetector<?>> ALL = new CopyOnWriteArrayList<>();

  /** Called by Netty, reflectively. */
  public LeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
    ALL.add(this);
  }

  /** The older signature, which Netty looks up as well and complains about when it is missing. */
  public LeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    this(resourceType, samplingInterval);
  }

  /** Makes every detector look at what the garbage collector has found so far. */
  static void poll() {
    ALL.forEach(LeakDetector::pollThis);
  }

  /** A detector looks only when it is asked to track something, so it is given something. */
  @SuppressWarnings("unchecked") // The tracked object is only ever identified, whatever its type.
  private void pollThis() {
    Object probe = new Object();
    ResourceLeakTracker<Object> tracker = ((LeakDetector<Object>) this).track(probe);
    if (tracker != null) {
      tracker.close(probe);
    }
  }

  /** Always, where Netty would look only when its logger is enabled for errors. */
  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    Leaks.report(resourceType + " was not released before it was collected." + records);
    super.reportTracedLeak(resourceType, records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    Leaks.report(resourceType + " was not released before it was collected (no records).");
    super.reportUntracedLeak(resourceType);
  }
}
