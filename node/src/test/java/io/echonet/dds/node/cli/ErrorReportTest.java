package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.ContentTooLargeException;
import io.echonet.dds.content.ContentUnavailableException;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.content.TooFewCopiesException;
import io.echonet.dds.node.config.BootstrapException;
import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorReportTest {
  private static final Cid CID = Cid.hash(ByteBuffer.allocate(1));

  static Stream<Arguments> failures() {
    Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/9");
    return Stream.of(
        arguments(new UsageException("'x' is wrong"), 2, "'x' is wrong"),
        arguments(new ContentNotFoundException("nobody has " + CID), 3, "nobody has " + CID),
        arguments(new IntegrityException("wrong bytes"), 4, "wrong bytes"),
        arguments(new InvalidManifestException("no chunks"), 4, "no chunks"),
        arguments(new ContentUnavailableException("none delivered"), 5, "none delivered"),
        arguments(
            new TooFewCopiesException(CID, 1, 6, "no further nodes"),
            5,
            "stored here as "
                + CID
                + ", but only 1 of 6 other nodes confirmed every chunk: no further nodes"),
        arguments(
            new BootstrapException(Map.of(address, "connection refused")),
            5,
            "no bootstrap peer could be reached: /ip4/127.0.0.1/tcp/9 (connection refused)"),
        arguments(new DialException("can't dial"), 5, "can't dial"),
        arguments(new ConnectionException("gone"), 5, "gone"),
        arguments(new TimeoutException("no answer in 10 s"), 5, "no answer in 10 s"),
        arguments(new ListenException("address in use"), 6, "address in use"),
        arguments(new StorageException("folder in use"), 6, "folder in use"),
        arguments(new StorageFullException("disk full"), 6, "disk full"),
        arguments(new MachineException("locked"), 6, "locked"),
        arguments(new AccessDeniedException("/x"), 6, "permission denied for /x"),
        arguments(new NoSuchFileException("/x"), 6, "/x does not exist"),
        arguments(new IOException("No space left on device"), 6, "No space left on device"),
        arguments(new ContentTooLargeException("too large"), 1, "too large"),
        arguments(new DdsException("closed"), 1, "closed"),
        arguments(new IllegalStateException("odd"), 1, "unexpected IllegalStateException: odd"),
        arguments(new IllegalStateException(), 1, "unexpected IllegalStateException"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWithWhichCodeAndInWhichWordsAFailureEndsTheProgram(
      Throwable failure, int code, String line) {
    ErrorReport report = ErrorReport.of(failure);

    assertThat(report.code().code()).isEqualTo(code);
    assertThat(report.line()).isEqualTo(line);
  }

  @Test
  void staysOnOneLineAndDrawsNothingWhateverAPeerSays() {
    ErrorReport report =
        ErrorReport.of(new ContentUnavailableException("it said: \n\n\u001b[2Jgone\r\nbye\n"));

    assertThat(report.line()).isEqualTo("it said:; ?[2Jgone; bye");
  }
}
