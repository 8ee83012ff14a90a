package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void membersStayInOrder() {
    Json json =
        Json.object()
            .with("event", "ready")
            .with("size", 1234567890123L)
            .with("seconds", 0.5)
            .with("excluded", false)
            .with("inner", Json.object())
            .withTexts("addrs", List.of("/a", "/b"))
            .withNumbers("ms", List.of(1.0, 2.25))
            .withObjects("peers", List.of(1, 2), number -> Json.object().with("n", number));

    assertThat(json)
        .hasToString(
            "{\"event\":\"ready\",\"size\":1234567890123,\"seconds\":0.500,\"excluded\":false,"
                + "\"inner\":{},\"addrs\":[\"/a\",\"/b\"],\"ms\":[1.000,2.250],"
                + "\"peers\":[{\"n\":1},{\"n\":2}]}");
  }

  @Test
  void textIsEscapedSoThatItStaysOnOneLine() {
    Json json = Json.object().with("a\"b", "line\nquote\"back\\slash\u0001\u007fé\ud83d");

    assertThat(json)
        .hasToString("{\"a\\\"b\":\"line\\u000aquote\\\"back\\\\slash\\u0001\\u007fé\\ud83d\"}");
  }
}
