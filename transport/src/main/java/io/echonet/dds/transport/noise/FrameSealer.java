package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.ConnectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.util.concurrent.Future;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges what is written into frames and encrypts them: 65,519 bytes of plaintext each, fewer only
 * at a flush. A write's promise is kept when the frame with its last byte has been written.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // Of writing: the promise that is passed is the future.
final class FrameSealer {
  /*
   * Writes wait in a PendingWriteQueue because it is Netty's own: what waits there counts towards the channel's
   * writability. Only while a frame is being made are its bytes counted by nobody.
   */

  /** A frame's length fits two bytes and includes the tag. */
  static final int MAX_PLAINTEXT_BYTES = 65_535 - Aead.TAG_BYTES;

  private final Aead aead;
  private final ChannelHandlerContext context;
  private final PendingWriteQueue writes;
  private long waiting;
  private long nonce;
  private boolean sealing;

  FrameSealer(Aead aead, ChannelHandlerContext context) {
    this(aead, context, 0);
  }

  FrameSealer(Aead aead, ChannelHandlerContext context, long firstNonce) {
    this.aead = aead;
    this.context = context;
    this.writes = new PendingWriteQueue(context);
    this.nonce = firstNonce;
  }

  /**
   * Takes {@code plaintext} and seals what fills frames.
   *
   * @throws ConnectionException where sealing is no longer possible; {@link #fail} is to follow
   */
  void write(ByteBuf plaintext, ChannelPromise promise) {
    waiting += plaintext.readableBytes();
    // A promise that was given up must not take others' bytes with it.
    boolean wanted = promise.isVoid() || promise.setUncancellable();
    writes.add(plaintext, wanted ? promise : context.newPromise());
    if (waiting >= MAX_PLAINTEXT_BYTES) {
      seal(MAX_PLAINTEXT_BYTES);
    }
  }

  /** Seals all that waits; errors as {@link #write}. */
  void flush() {
    seal(1);
  }

  /** Makes frames until fewer than {@code enough} bytes wait. */
  private void seal(int enough) {
    // A change of writability may make others write more meanwhile; the loop takes it along.
    if (sealing) {
      return;
    }
    sealing = true;
    try {
      while (waiting >= enough) {
        sealFrame((int) Math.min(waiting, MAX_PLAINTEXT_BYTES));
      }
      while (waiting == 0 && !writes.isEmpty()) {
        context.write(Unpooled.EMPTY_BUFFER, writes.remove());
      }
    } finally {
      sealing = false;
    }
  }

  private void sealFrame(int length) {
    if (nonce == -1) {
      throw new ConnectionException("noise nonces are used up");
    }
    int start = FrameOpener.LENGTH_BYTES;
    ByteBuf frame = aead.buffer(context.alloc(), start + length + Aead.TAG_BYTES);
    Promises promises = new Promises();
    try {
      frame.writeShort(length + Aead.TAG_BYTES);
      gather(frame, length, promises);
      aead.seal(nonce++, frame, start, length);
      frame.writerIndex(start + length + Aead.TAG_BYTES);
    } catch (GeneralSecurityException | RuntimeException e) {
      frame.release();
      ConnectionException failure = new ConnectionException("noise frame cannot be encrypted", e);
      promises.into(context).tryFailure(failure);
      throw failure;
    }
    context.write(frame, promises.into(context));
  }

  private void gather(ByteBuf frame, int length, Promises promises) {
    int missing = length;
    while (missing > 0) {
      ByteBuf next = (ByteBuf) writes.current();
      int count = Math.min(missing, next.readableBytes());
      frame.writeBytes(next, count);
      missing -= count;
      waiting -= count;
      if (!next.isReadable()) {
        promises.add(writes.remove());
      }
    }
  }

  /** Fails all writes that wait. */
  void fail(Throwable cause) {
    waiting = 0;
    writes.removeAndFailAll(cause);
  }

  /**
   * The promises of the writes that end in one frame; mostly there is one, or none that matters.
   */
  private static final class Promises {
    private @Nullable ChannelPromise first;
    private @Nullable List<ChannelPromise> others;

    void add(ChannelPromise promise) {
      if (promise.isVoid()) {
        return;
      }
      if (first == null) {
        first = promise;
        return;
      }
      if (others == null) {
        others = new ArrayList<>();
      }
      others.add(promise);
    }

    /** One promise that keeps them all. */
    ChannelPromise into(ChannelHandlerContext context) {
      ChannelPromise one = first == null ? context.newPromise() : first;
      List<ChannelPromise> rest = others;
      if (rest != null) {
        one.addListener(written -> rest.forEach(promise -> keep(promise, written)));
      }
      return one;
    }

    private static void keep(ChannelPromise promise, Future<?> written) {
      if (written.isSuccess()) {
        promise.trySuccess();
      } else {
        promise.tryFailure(written.cause());
      }
    }
  }
}
