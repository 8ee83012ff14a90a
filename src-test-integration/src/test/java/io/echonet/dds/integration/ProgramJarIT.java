package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class ProgramJarIT {
  private static final Path JAR = Path.of(requireNonNull(System.getProperty("dds.jar")));

  @Test
  void printsItsVersionOnStandardOutput() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(List.of(java, "-jar", JAR.toString(), "--version"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(output).matches("dds \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @Test
  void isAMultiReleaseJarWithoutSignatures() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();

      assertThat(manifest.getValue(Attributes.Name.MULTI_RELEASE)).isEqualTo("true");
      assertThat(names(jar)).noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"));
    }
  }

  private static List<String> names(JarFile jar) {
    Enumeration<JarEntry> entries = jar.entries();
    return java.util.Collections.list(entries).stream().map(JarEntry::getName).toList();
  }
}
