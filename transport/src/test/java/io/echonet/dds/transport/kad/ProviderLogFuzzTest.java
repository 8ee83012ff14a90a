package io.echonet.dds.transport.kad;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** Whatever an entry of a file of provider records says, it is read, or passed over. */
class ProviderLogFuzzTest {
  @FuzzTest
  void anEntryMaySayAnything(byte[] body) {
    Optional<ProviderLogFormat.Entry> entry = ProviderLogFormat.decode(body);
    if (!entry.equals(entry.map(ProviderLogFormat::encode).flatMap(ProviderLogFormat::decode))) {
      throw new AssertionError(entry + " changed by being written");
    }
  }
}
