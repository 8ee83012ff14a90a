package io.echonet.dds.node.cli;

import io.echonet.dds.content.Cid;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a command asks of whoever keeps a data folder, as one line: the action, its options, and the
 * name of a content where there is one.
 */
record KeepingRequest(Action action, Set<Flag> flags, Optional<Cid> cid) {
  enum Action {
    PIN_ADD,
    PIN_RM,
    PIN_LS,
    GC,
    VERIFY
  }

  enum Flag {
    JSON,
    DRY_RUN,
    REPLICAS,
    REPAIR
  }

  KeepingRequest {
    flags = Set.copyOf(flags);
  }

  static KeepingRequest of(Action action, KeepingOptions options) {
    KeepingRequest request = new KeepingRequest(action, Set.of(), Optional.empty());
    return options.json() ? request.with(Flag.JSON) : request;
  }

  KeepingRequest with(Flag flag) {
    Set<Flag> more = EnumSet.of(flag);
    more.addAll(flags);
    return new KeepingRequest(action, more, cid);
  }

  KeepingRequest with(Cid name) {
    return new KeepingRequest(action, flags, Optional.of(name));
  }

  boolean is(Flag flag) {
    return flags.contains(flag);
  }

  /**
   * Reads what {@link #toString} gives.
   *
   * @throws UsageException where it is of another version of the program
   */
  static KeepingRequest parse(String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    try {
      Set<Flag> flags = EnumSet.noneOf(Flag.class);
      Optional<Cid> cid = Optional.empty();
      for (String word : words.subList(1, words.size())) {
        if (word.startsWith("--")) {
          flags.add(Flag.valueOf(word.substring(2).toUpperCase(Locale.ROOT)));
        } else {
          cid = Optional.of(Cid.parse(word));
        }
      }
      return new KeepingRequest(Action.valueOf(words.get(0)), flags, cid);
    } catch (IllegalArgumentException e) {
      throw new UsageException("this node does not know how to '" + line + "'", e);
    }
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(action.name());
    flags.forEach(flag -> line.append(" --").append(flag));
    cid.ifPresent(name -> line.append(' ').append(name));
    return line.toString();
  }
}
