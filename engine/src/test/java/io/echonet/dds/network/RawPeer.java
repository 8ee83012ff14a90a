package io.echonet.dds.network;

import com.google.protobuf.ByteString;
import io.echonet.dds.proto.DdsResponse;
import io.echonet.dds.proto.RetrieveChunkResponse;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A peer that says what a test wants it to, byte for byte. */
final class RawPeer {
  private RawPeer() {}

  /** Reads the request to its end, then says {@code bytes} and closes. */
  static Mono<Void> answer(Stream stream, byte[] bytes) {
    return stream
        .receive()
        .doOnNext(ByteBuf::release)
        .then(stream.send(Flux.just(bytes).map(Buffers::of)))
        .then(stream.closeWrite());
  }

  static Mono<Void> answer(Stream stream, DdsResponse response) {
    return answer(stream, Wire.delimited(response));
  }

  static Mono<Void> answerChunk(Stream stream, byte[] data) {
    return answer(
        stream,
        DdsResponse.newBuilder()
            .setRetrieveChunk(
                RetrieveChunkResponse.newBuilder()
                    .setChunkData(ByteString.copyFrom(data))
                    .setSuccess(true))
            .build());
  }
}
