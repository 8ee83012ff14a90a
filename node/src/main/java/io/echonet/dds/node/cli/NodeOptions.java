package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.DataFolder;
import io.echonet.dds.node.config.NodeConfig;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.migration.StoreKind;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a command needs that is a part of the network: a folder of its own and addresses. */
final class NodeOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The node's folder, made where it is missing; for one process at a time.")
  private Path data;

  @Option(
      names = "--listen",
      paramLabel = "MULTIADDR",
      description = "Where to take connections (port 0 is any); repeatable.")
  private List<Multiaddr> listen = new ArrayList<>();

  @Option(
      names = "--announce",
      paramLabel = "MULTIADDR",
      description = "What to tell others instead of that; repeatable.")
  private List<Multiaddr> announce = new ArrayList<>();

  @Option(
      names = "--bootstrap",
      paramLabel = "MULTIADDR",
      description = "A node that leads into the network; repeatable.")
  private List<Multiaddr> bootstrap = new ArrayList<>();

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "7",
      description =
          "Nodes that should hold a content, this one included. Default: ${DEFAULT-VALUE}.")
  private int replication;

  @Option(
      names = "--quota",
      paramLabel = "SIZE",
      description =
          "What the chunks may take on disk, such as 20GB. Beyond 95 %% of it the node takes what "
              + "nothing keeps, and when it is full stores no more. Default: what the disk has.")
  private @Nullable SizeOption quota;

  @Option(
      names = "--store",
      paramLabel = "KIND",
      description =
          "How a new folder keeps chunks: 'segment', many a file, or 'file', one each; one that is "
              + "there stays what it is. Default: segment.")
  private @Nullable StoreKind store;

  @Mixin private KadOptions kad;

  /**
   * Checks what the types of the options don't.
   *
   * @throws UsageException naming the option and its value
   */
  void check() {
    Values.checkListenable("--listen", listen);
    Values.checkDialable("--announce", announce);
    Values.checkDialable("--bootstrap", bootstrap);
    if (replication < 1 || replication > NodeConfig.MAX_REPLICATION) {
      throw new UsageException(
          "'"
              + replication
              + "' (--replication) is not between 1 and "
              + NodeConfig.MAX_REPLICATION);
    }
    if (!announce.isEmpty() && listen.isEmpty()) {
      throw new UsageException("--announce needs --listen");
    }
    kad.protocol();
  }

  Path data() {
    return data;
  }

  List<Multiaddr> listen() {
    return listen;
  }

  List<Multiaddr> bootstrap() {
    return bootstrap;
  }

  int replication() {
    return replication;
  }

  /** The node these options describe, given who it is and where its chunks are. */
  NodeConfig config(DataFolder folder) {
    StoreKind kind = storeIn(folder);
    Identity identity = folder.identity();
    return NodeConfig.client(identity, bootstrap)
        .withChunks(folder.chunks())
        .withQuota(quota == null ? StorageUsage.UNLIMITED : quota.bytes())
        .withStore(kind)
        .withListen(listen, announcedBy(identity.peerId()))
        .withReplication(replication)
        .withKadProtocol(kad.protocol());
  }

  private StoreKind storeIn(DataFolder folder) {
    Optional<StoreKind> found = StoreKind.of(folder.chunks());
    if (store != null && found.isPresent() && found.get() != store) {
      throw new UsageException(
          "'"
              + store
              + "' (--store) is not what "
              + folder.chunks()
              + " is, a "
              + found.get()
              + " store; 'dds store migrate --to "
              + store
              + " --data "
              + data
              + "' makes it one");
    }
    return store == null ? StoreKind.SEGMENT : store;
  }

  private List<Multiaddr> announcedBy(PeerId self) {
    for (Multiaddr address : announce) {
      Optional<PeerId> named = address.peerId();
      if (named.isPresent() && !named.get().equals(self)) {
        throw new UsageException(
            "'" + address + "' (--announce) names another peer than this one, " + self);
      }
    }
    return announce.stream().map(Multiaddr::withoutPeerId).toList();
  }
}
