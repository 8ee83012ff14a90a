package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.List;

/**
 * One end of a negotiation as a pure state machine: bytes go in, what to do about them comes out.
 * The initiator says {@link #opening()} first; the responder says nothing before it is spoken to.
 */
final class MultistreamNegotiation {
  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";
  private static final String LIST = "ls";

  /** More questions than any peer asks; each costs it a line and us an answer. */
  private static final int MAX_LINES = 64;

  private static final byte[] NOTHING = {};

  private final Role role;
  private final List<String> protocols;
  private final Line.Reader reader = new Line.Reader();
  private int proposed;
  private int lines;

  /** What the bytes fed mean. {@code reply} is to be sent at once; it may be empty. */
  @SuppressWarnings("ArrayRecordComponent") // Steps are taken, not compared.
  sealed interface Step {
    /** Undecided: more bytes are needed. */
    record More(byte[] reply) implements Step {}

    /** Agreed; bytes not read belong to the protocol. */
    record Agreed(String protocol, byte[] reply) implements Step {}

    /** The responder speaks none of what was proposed. */
    record Refused() implements Step {}

    /** The peer does not keep to the rules; nothing more may be fed. */
    record Failed(String reason) implements Step {}
  }

  private MultistreamNegotiation(Role role, Collection<String> protocols) {
    this.role = role;
    this.protocols = List.copyOf(protocols);
  }

  /** Proposes {@code protocols}, at least one, in this order. */
  static MultistreamNegotiation initiator(List<String> protocols) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("no protocol to propose");
    }
    protocols.forEach(Line::encode);
    return new MultistreamNegotiation(Role.INITIATOR, protocols);
  }

  /** Agrees to any of {@code protocols}. */
  static MultistreamNegotiation responder(Collection<String> protocols) {
    protocols.forEach(Line::encode);
    return new MultistreamNegotiation(Role.RESPONDER, protocols);
  }

  /** What is sent before anything is read: the header and the first proposal, or nothing. */
  byte[] opening() {
    return role.isInitiator()
        ? concat(Line.encode(HEADER), Line.encode(protocols.get(0)))
        : NOTHING;
  }

  /** Reads what belongs to the negotiation off {@code bytes}, which stays the caller's. */
  Step feed(ByteBuf bytes) {
    ByteArrayOutputStream reply = new ByteArrayOutputStream(0);
    try {
      for (String line = reader.read(bytes); line != null; line = reader.read(bytes)) {
        Step step = role.isInitiator() ? onAnswer(line) : onQuestion(line);
        if (!(step instanceof Step.More more)) {
          return step instanceof Step.Agreed agreed
              ? new Step.Agreed(agreed.protocol(), concat(reply.toByteArray(), agreed.reply()))
              : step;
        }
        reply.writeBytes(more.reply());
      }
      return new Step.More(reply.toByteArray());
    } catch (Line.MalformedLineException e) {
      return new Step.Failed(e.reason());
    }
  }

  private Step onAnswer(String line) {
    if (lines++ == 0) {
      return line.equals(HEADER) ? new Step.More(NOTHING) : noHeader(line);
    }
    String proposal = protocols.get(proposed);
    if (line.equals(proposal)) {
      return new Step.Agreed(proposal, NOTHING);
    }
    if (!line.equals(NOT_AVAILABLE)) {
      return new Step.Failed(Line.quoted(line) + " is no answer to " + Line.quoted(proposal));
    }
    if (++proposed == protocols.size()) {
      return new Step.Refused();
    }
    return new Step.More(Line.encode(protocols.get(proposed)));
  }

  private Step onQuestion(String line) {
    if (lines++ == 0) {
      return line.equals(HEADER) ? new Step.More(Line.encode(HEADER)) : noHeader(line);
    }
    if (lines > MAX_LINES) {
      return new Step.Failed("no agreement after " + MAX_LINES + " lines");
    }
    if (protocols.contains(line)) {
      return new Step.Agreed(line, Line.encode(line));
    }
    return new Step.More(
        line.equals(LIST) ? Line.encodeList(protocols) : Line.encode(NOT_AVAILABLE));
  }

  private static Step noHeader(String line) {
    return new Step.Failed(Line.quoted(line) + " where " + HEADER + " was expected");
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = new byte[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
