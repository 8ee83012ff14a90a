package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The protocols an address may be made of, with their codes and the two forms of their values. */
public enum MultiaddrProtocol {
  IP4("ip4", 4, 4),
  TCP("tcp", 6, 2),
  IP6("ip6", 41, 16),
  IP6ZONE("ip6zone", 42, -1),
  DNS("dns", 53, -1),
  DNS4("dns4", 54, -1),
  DNS6("dns6", 55, -1),
  DNSADDR("dnsaddr", 56, -1),
  UDP("udp", 273, 2),
  P2P_CIRCUIT("p2p-circuit", 290, 0),
  P2P("p2p", 421, -1),
  TLS("tls", 448, 0),
  QUIC_V1("quic-v1", 461, 0),
  WS("ws", 477, 0),
  WSS("wss", 478, 0);

  private static final int MAX_NAME_CHARACTERS = 253;

  private static final Pattern LEADING_ZERO = Pattern.compile("(^|\\.)0[0-9]");

  private final String text;
  private final int code;
  private final int valueBytes;

  MultiaddrProtocol(String text, int code, int valueBytes) {
    this.text = text;
    this.code = code;
    this.valueBytes = valueBytes;
  }

  static MultiaddrProtocol named(String text) {
    String name = text.equals("ipfs") ? "p2p" : text;
    return Arrays.stream(values())
        .filter(protocol -> protocol.text.equals(name))
        .findFirst()
        .orElseThrow(() -> new MalformedEncodingException("unknown protocol '" + text + "'"));
  }

  static MultiaddrProtocol coded(long code) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.code == code)
        .findFirst()
        .orElseThrow(() -> new MalformedEncodingException("unknown protocol code " + code));
  }

  /** The name in the text form. */
  public String text() {
    return text;
  }

  /** The code in the binary form. */
  public int code() {
    return code;
  }

  /** Whether its value is a domain name. */
  boolean isName() {
    return this == DNS || this == DNS4 || this == DNS6 || this == DNSADDR;
  }

  boolean hasValue() {
    return valueBytes != 0;
  }

  boolean isVariable() {
    return valueBytes < 0;
  }

  int valueBytes() {
    return valueBytes;
  }

  byte[] toBytes(String value) {
    return switch (this) {
      case IP4 -> address(isIp4(value), value);
      case IP6 -> address(isIp6(value), value);
      case TCP, UDP -> port(value);
      case P2P -> PeerId.parse(value).bytes();
      case DNS, DNS4, DNS6, DNSADDR, IP6ZONE -> name(value);
      default -> nothing(value);
    };
  }

  /** Four decimal numbers; one with a leading zero is octal to some. */
  private static boolean isIp4(String value) {
    return NetUtil.isValidIpV4Address(value) && !LEADING_ZERO.matcher(value).find();
  }

  /** Without the brackets and zones that belong to other notations. */
  private static boolean isIp6(String value) {
    return NetUtil.isValidIpV6Address(value) && value.indexOf('%') < 0 && value.indexOf('[') < 0;
  }

  private byte[] nothing(String value) {
    if (!value.isEmpty()) {
      throw new MalformedEncodingException(text + " takes no value, but '" + value + "' was given");
    }
    return new byte[0];
  }

  String toText(byte[] value) {
    return switch (this) {
      case IP4, IP6 -> NetUtil.bytesToIpAddress(value);
      case TCP, UDP -> Integer.toString(((value[0] & 0xff) << 8) | (value[1] & 0xff));
      case P2P -> PeerId.decode(value).toString();
      case DNS, DNS4, DNS6, DNSADDR, IP6ZONE -> new String(name(value), StandardCharsets.US_ASCII);
      default -> "";
    };
  }

  private byte[] address(boolean valid, String value) {
    byte[] bytes = valid ? NetUtil.createByteArrayFromIpAddressString(value) : null;
    if (bytes == null) {
      throw new MalformedEncodingException("'" + value + "' is no " + text + " address");
    }
    return bytes;
  }

  private byte[] port(String value) {
    boolean digits = value.length() <= 5 && value.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits && !value.isEmpty() ? Integer.parseInt(value) : -1;
    if (port < 0 || port > 65_535) {
      throw new MalformedEncodingException("'" + value + "' is no " + text + " port");
    }
    return new byte[] {(byte) (port >> 8), (byte) port};
  }

  private byte[] name(String value) {
    return name(value.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] name(byte[] value) {
    boolean valid = value.length > 0 && value.length <= MAX_NAME_CHARACTERS;
    for (byte b : value) {
      valid &= b > ' ' && b < 0x7f && b != '/';
    }
    if (!valid) {
      throw new MalformedEncodingException("a " + text + " name is 1 to 253 printable characters");
    }
    return value;
  }
}
