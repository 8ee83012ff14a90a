package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Peers and keys from a seed, and what is true of them. */
final class RandomPeers {
  private RandomPeers() {}

  static Contact contact(Random random) {
    return Contact.of(PeerId.decode(multihash(random).bytes()));
  }

  static List<Contact> contacts(int count, Random random) {
    List<Contact> contacts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      contacts.add(contact(random));
    }
    return contacts;
  }

  /** A peer whose key shares exactly {@code bits} leading bits with {@code key}. */
  static Contact sharing(KadKey key, int bits, Random random) {
    Contact candidate = contact(random);
    while (candidate.key().commonPrefix(key) != bits) {
      candidate = contact(random);
    }
    return candidate;
  }

  static Multihash multihash(Random random) {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return Multihash.of(Multihash.SHA2_256, digest);
  }

  static KadKey key(Random random) {
    return KadKey.of(multihash(random));
  }

  /**
   * The {@code count} of {@code contacts} that are truly nearest to {@code target}, nearest first.
   */
  static List<Contact> nearest(List<Contact> contacts, KadKey target, int count) {
    return contacts.stream()
        .sorted(Comparator.comparing(contact -> contact.key().distance(target)))
        .limit(count)
        .toList();
  }
}
