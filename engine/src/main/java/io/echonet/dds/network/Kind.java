package io.echonet.dds.network;

import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.FindProvidersResponse;
import io.echonet.dds.proto.ProofResponse;
import io.echonet.dds.proto.ReplicationResponse;
import io.echonet.dds.proto.RetrieveChunkResponse;
import io.echonet.dds.proto.StoreChunkResponse;
import java.util.Optional;

/** The kinds of request, known by the first byte of their envelope. */
enum Kind {
  STORE_CHUNK(1),
  RETRIEVE_CHUNK(2),
  FIND_PROVIDERS(3),
  REPLICATE(4),
  PROVE(5);

  private static final int LENGTH_DELIMITED = 2;
  private static final int MAX_MESSAGE_CHARACTERS = 500;

  private final int tag;

  Kind(int field) {
    this.tag = field << 3 | LENGTH_DELIMITED;
  }

  int tag() {
    return tag;
  }

  static Optional<Kind> ofTag(int tag) {
    for (Kind kind : values()) {
      if (kind.tag == tag) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The answer that says no; long messages are cut. */
  DdsResponse failure(ErrorCode code, String why) {
    String message =
        why.length() <= MAX_MESSAGE_CHARACTERS ? why : why.substring(0, MAX_MESSAGE_CHARACTERS);
    DdsResponse.Builder envelope = DdsResponse.newBuilder();
    switch (this) {
      case STORE_CHUNK ->
          envelope.setStoreChunk(
              StoreChunkResponse.newBuilder().setErrorCode(code.number()).setErrorMessage(message));
      case RETRIEVE_CHUNK ->
          envelope.setRetrieveChunk(
              RetrieveChunkResponse.newBuilder()
                  .setErrorCode(code.number())
                  .setErrorMessage(message));
      case FIND_PROVIDERS ->
          envelope.setFindProviders(
              FindProvidersResponse.newBuilder()
                  .setErrorCode(code.number())
                  .setErrorMessage(message));
      case REPLICATE ->
          envelope.setReplicate(
              ReplicationResponse.newBuilder()
                  .setErrorCode(code.number())
                  .setErrorMessage(message));
      case PROVE ->
          envelope.setProve(
              ProofResponse.newBuilder().setErrorCode(code.number()).setErrorMessage(message));
    }
    return envelope.build();
  }
}
