package io.echonet.dds.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.keeping.KeepingConfig;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.replication.ReplicationConfig;
import io.echonet.dds.retrieval.RetrievalConfig;
import io.echonet.dds.storage.segment.SegmentStoreConfig;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.kad.KadConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of limits in the documentation says what is so. */
class LimitsTableIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private record Row(String amount, String setting, String test) {
    static Row of(String line) {
      String[] cells = line.split("\\|", -1);
      return new Row(cells[2].strip(), bare(cells[3]), bare(cells[5]));
    }

    private static String bare(String cell) {
      return cell.strip().replace("`", "");
    }
  }

  private static final Map<String, Object> SETTINGS =
      Stream.of(
              HostConfig.defaults(),
              KadConfig.defaults(),
              NetworkConfig.defaults(),
              ReplicationConfig.defaults(),
              RetrievalConfig.defaults(),
              CacheConfig.defaults(),
              KeepingConfig.defaults(),
              SegmentStoreConfig.defaults())
          .collect(Collectors.toMap(config -> config.getClass().getSimpleName(), config -> config));

  private static List<Row> rows() throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve("docs/limits.md"));
    return lines.stream().filter(line -> line.startsWith("|")).skip(2).map(Row::of).toList();
  }

  @Test
  void everyDefaultIsTheOneOfItsSetting() throws Exception {
    assertThat(rows()).hasSizeGreaterThan(80);
    for (Row row : rows()) {
      assertThat(valueOf(row.setting())).as(row.setting()).isEqualTo(row.amount());
    }
  }

  private static String valueOf(String setting) throws ReflectiveOperationException {
    int dot = setting.indexOf('.');
    Object value = Objects.requireNonNull(SETTINGS.get(setting.substring(0, dot)), setting);
    for (String name : setting.substring(dot + 1).split("\\.", -1)) {
      value = value.getClass().getMethod(name).invoke(value);
    }
    return value.toString();
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    for (Row row : rows()) {
      String[] names = row.test().split("#", -1);
      assertThat(names).as(row.test()).hasSize(2);
      assertThat(sourcesOf(names[0]))
          .as(row.test())
          .anyMatch(source -> source.contains("void " + names[1] + "("));
    }
  }

  private static List<String> sourcesOf(String test) throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      List<Path> trees =
          modules
              .map(module -> module.resolve("src/test/java"))
              .filter(Files::isDirectory)
              .toList();
      List<String> sources = new ArrayList<>();
      for (Path tree : trees) {
        try (Stream<Path> files = Files.walk(tree)) {
          for (Path file : files.filter(f -> f.endsWith(test + ".java")).toList()) {
            sources.add(Files.readString(file));
          }
        }
      }
      return sources;
    }
  }
}
