package io.echonet.dds.benchmarks;

import io.echonet.dds.transport.kad.DhtSwarm;
import java.util.Arrays;

/**
 * The program of the benchmarks: {@code end-to-end} runs two processes, {@code transport} two of
 * each kind of host, {@code long-link} a shaped link, {@code many-peers} providers behind such,
 * {@code crowd}, {@code small-heap}, {@code long-pause} and {@code turnover} readers of several
 * processes, {@code dht-swarm} a DHT of many hosts, {@code store} a store beside the bare disk,
 * {@code crash} a node that is killed again and again, {@code collection} a collection beside a
 * publish and retrievals; anything else goes to JMH.
 */
public final class Main {
  private Main() {}

  /**
   * Runs what the first word names; the rest are its options. What fails ends the process, with 1:
   * the event loops of hosts that nobody closes any more would keep it for ever.
   */
  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1);
    }
  }

  private static void run(String[] arguments) throws Exception {
    String command = arguments.length == 0 ? "" : arguments[0];
    String[] options =
        Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    switch (command) {
      case "end-to-end" -> EndToEnd.run(options);
      case "dht-swarm" -> DhtSwarm.run(options);
      case TransportBenchmark.COMMAND -> TransportBenchmark.run(options);
      case HostDialling.LISTENER -> HostDialling.listen(options);
      case HostDialling.DIALLER -> HostDialling.dial(options);
      case BareDialling.LISTENER -> BareDialling.listen(options);
      case BareDialling.DIALLER -> BareDialling.dial(options);
      case LongLink.COMMAND -> LongLink.run(options);
      case Crowd.COMMAND -> Crowd.run(options);
      case CrowdReader.COMMAND -> CrowdReader.run(options);
      case SmallHeap.COMMAND -> SmallHeap.run(options);
      case PausingReader.COMMAND -> PausingReader.run(options);
      case LongPause.COMMAND -> LongPause.run(options);
      case Turnover.COMMAND -> Turnover.run(options);
      case Library.COMMAND -> Library.run(options);
      case ManyPeers.COMMAND -> ManyPeers.run(options);
      case StoreBenchmark.COMMAND -> StoreBenchmark.run(options);
      case CrashHarness.COMMAND -> CrashHarness.run(options);
      case CrashingNode.COMMAND -> CrashingNode.run(options);
      case CollectionBenchmark.COMMAND -> CollectionBenchmark.run(options);
      case BareSender.COMMAND -> BareSender.run(options);
      case BareReceiver.COMMAND -> BareReceiver.run(options);
      case Provider.COMMAND -> Provider.run(options);
      case Consumer.COMMAND -> Consumer.run(options);
      default -> org.openjdk.jmh.Main.main(arguments);
    }
  }
}
