package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Cid;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepingRequestTest {
  private static final Cid CID = Cid.hash(ByteBuffer.allocate(1));

  @Test
  void isReadAsItWasWritten() {
    KeepingRequest request =
        new KeepingRequest(
            KeepingRequest.Action.PIN_ADD,
            EnumSet.allOf(KeepingRequest.Flag.class),
            Optional.of(CID));

    assertThat(KeepingRequest.parse(request.toString())).isEqualTo(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FLY", "PIN_ADD x", "PIN_LS --FAST", "PIN_LS  --JSON", "pin_ls"})
  void whatANodeDoesNotKnowIsRefusedByName(String line) {
    assertThatThrownBy(() -> KeepingRequest.parse(line))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'" + line + "'");
  }
}
