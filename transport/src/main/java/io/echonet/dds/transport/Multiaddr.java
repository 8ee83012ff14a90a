package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A network address that names its own protocols, such as {@code
 * /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…} (addressing specification). Immutable; equal where the
 * bytes are equal.
 */
public final class Multiaddr {
  /** Longer text or bytes are refused. */
  public static final int MAX_BYTES = 1024;

  private final List<Component> components;
  private final byte[] bytes;

  /** One protocol of an address with its value as text, empty for protocols without one. */
  public record Component(MultiaddrProtocol protocol, String value) {}

  /** Of some protocols 512 would fit, and each takes many times its bytes in memory. */
  private static final int MAX_COMPONENTS = 16;

  private Multiaddr(List<Component> components, byte[] bytes) {
    this.components = components;
    this.bytes = bytes;
  }

  /** The address made of {@code components}; values are checked and normalised. */
  public static Multiaddr of(List<Component> components) {
    if (components.size() > MAX_COMPONENTS) {
      throw new MalformedEncodingException(
          "multiaddr of " + components.size() + " components, more than " + MAX_COMPONENTS);
    }
    byte[] bytes = new byte[0];
    List<Component> normal = new ArrayList<>();
    for (Component component : components) {
      byte[] value = component.protocol().toBytes(component.value());
      byte[] code = Varint.encode(component.protocol().code());
      byte[] length = component.protocol().isVariable() ? Varint.encode(value.length) : new byte[0];
      bytes = concat(bytes, code, length, value);
      normal.add(new Component(component.protocol(), component.protocol().toText(value)));
    }
    if (bytes.length > MAX_BYTES) {
      throw new MalformedEncodingException("multiaddr of " + bytes.length + " bytes");
    }
    return new Multiaddr(List.copyOf(normal), bytes);
  }

  /**
   * Reads the text form.
   *
   * @throws MalformedEncodingException naming the text and what is wrong with it
   */
  public static Multiaddr parse(String text) {
    if (text.length() > MAX_BYTES) {
      throw new MalformedEncodingException("multiaddr of " + text.length() + " characters");
    }
    try {
      return parseComponents(text);
    } catch (MalformedEncodingException e) {
      throw new MalformedEncodingException("'" + text + "' is no multiaddr: " + e.getMessage());
    }
  }

  private static Multiaddr parseComponents(String text) {
    if (!text.startsWith("/")) {
      throw new MalformedEncodingException("it does not begin with '/'");
    }
    String trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    String[] words = trimmed.isEmpty() ? new String[0] : trimmed.substring(1).split("/", -1);
    if (words.length == 0) {
      throw new MalformedEncodingException("it names no protocol");
    }
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      MultiaddrProtocol protocol = MultiaddrProtocol.named(words[i]);
      String value = "";
      if (protocol.hasValue()) {
        if (++i == words.length) {
          throw new MalformedEncodingException("'" + words[i - 1] + "' lacks its value");
        }
        value = words[i];
      }
      components.add(new Component(protocol, value));
    }
    return of(components);
  }

  /**
   * Reads the binary form.
   *
   * @throws MalformedEncodingException where a protocol is unknown, cut off or has a wrong value
   */
  public static Multiaddr decode(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new MalformedEncodingException("multiaddr of " + bytes.length + " bytes");
    }
    ByteBuffer source = ByteBuffer.wrap(bytes);
    List<Component> components = new ArrayList<>();
    while (source.hasRemaining()) {
      MultiaddrProtocol protocol = MultiaddrProtocol.coded(Varint.decode(source));
      long length = protocol.isVariable() ? Varint.decode(source) : protocol.valueBytes();
      if (length > source.remaining()) {
        throw new MalformedEncodingException(
            "value of " + protocol.text() + " is cut off at " + source.remaining() + " bytes");
      }
      byte[] value = new byte[(int) length];
      source.get(value);
      if (components.size() == MAX_COMPONENTS) {
        throw new MalformedEncodingException(
            "multiaddr of more than " + MAX_COMPONENTS + " components");
      }
      components.add(new Component(protocol, protocol.toText(value)));
    }
    return of(components);
  }

  /** The binary form; a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }

  public List<Component> components() {
    return components;
  }

  /** The value of the first component of {@code protocol}. */
  public Optional<String> value(MultiaddrProtocol protocol) {
    return components.stream()
        .filter(component -> component.protocol() == protocol)
        .map(Component::value)
        .findFirst();
  }

  /** Whether this begins with a name, which has to be resolved before it can be dialled. */
  public boolean isName() {
    return !components.isEmpty() && components.get(0).protocol().isName();
  }

  /** The peer that a final {@code /p2p} names. */
  public Optional<PeerId> peerId() {
    if (components.isEmpty()) {
      return Optional.empty();
    }
    Component last = components.get(components.size() - 1);
    return last.protocol() == MultiaddrProtocol.P2P
        ? Optional.of(PeerId.parse(last.value()))
        : Optional.empty();
  }

  /** This address with {@code /p2p/peer} at its end, in place of any that was there. */
  public Multiaddr withPeerId(PeerId peer) {
    List<Component> all = new ArrayList<>(withoutPeerId().components);
    all.add(new Component(MultiaddrProtocol.P2P, peer.toString()));
    return of(all);
  }

  /** This address without a final {@code /p2p}. */
  public Multiaddr withoutPeerId() {
    return peerId().isEmpty() ? this : of(components.subList(0, components.size() - 1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Component component : components) {
      text.append('/').append(component.protocol().text());
      if (component.protocol().hasValue()) {
        text.append('/').append(component.value());
      }
    }
    return text.toString();
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int offset = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, offset, part.length);
      offset += part.length;
    }
    return all;
  }
}
