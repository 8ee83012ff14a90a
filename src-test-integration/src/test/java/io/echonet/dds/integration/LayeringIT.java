package io.echonet.dds.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The drawing of modules and packages ({@link Layer}), and a few habits, held against the code. */
class LayeringIT {
  private static final String ROOT = "io.echonet.dds";
  private static final String PROGRAM = ROOT + ".node..";
  private static final String GENERATED = ROOT + ".proto";

  private static final JavaClasses ALL =
      new ClassFileImporter().withImportOption(LayeringIT::isShipped).importPackages(ROOT);

  private static boolean isShipped(Location location) {
    return !location.contains("/test-classes/")
        && !location.contains("/test/")
        && !location.contains("-tests.jar");
  }

  /** Without this a change of the build could leave the rules nothing to look at. */
  @Test
  void seesTheClassesOfEveryModule() {
    assertThat(ALL.stream().filter(type -> !isGenerated(type.getPackageName())))
        .hasSizeGreaterThan(100);
    assertThat(ALL.contain("io.echonet.dds.multiformats.Varint")).isTrue();
    assertThat(ALL.contain("io.echonet.dds.transport.Host")).isTrue();
    assertThat(ALL.contain("io.echonet.dds.Dds")).isTrue();
    assertThat(ALL.contain("io.echonet.dds.node.Main")).isTrue();
    assertThat(ALL).noneMatch(type -> type.getSimpleName().endsWith("Test"));
  }

  @Test
  void everyPackageIsInTheDrawing() {
    Set<String> strangers = new LinkedHashSet<>();
    for (JavaClass type : ALL) {
      if (Layer.of(type.getPackageName()).isEmpty()) {
        strangers.add(type.getPackageName());
      }
    }

    assertThat(strangers).isEmpty();
  }

  static Stream<Layer> layers() {
    return Layer.all().stream()
        .filter(layer -> ALL.stream().anyMatch(type -> layer.holds(type.getPackageName())));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void arrowsPointDownOnly(Layer layer) {
    classes().that(areIn(layer)).should().onlyDependOnClassesThat(mayBeSeenFrom(layer)).check(ALL);
  }

  private static DescribedPredicate<JavaClass> areIn(Layer layer) {
    return DescribedPredicate.describe(
        "are in " + layer, type -> layer.holds(type.getPackageName()));
  }

  private static DescribedPredicate<JavaClass> mayBeSeenFrom(Layer layer) {
    return DescribedPredicate.describe(
        "are in " + layer + " itself or below it: " + layer.below(),
        type -> {
          String name = type.getBaseComponentType().getPackageName();
          return !(name + ".").startsWith(ROOT + ".") || layer.holds(name) || layer.sees(name);
        });
  }

  @Test
  void noPackagesFormACycle() {
    slices().matching("io.echonet.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void nettyAppearsInTheEngineOnlyInsideNetwork() {
    noClasses()
        .that()
        .resideInAnyPackage(Layer.engine())
        .and()
        .resideOutsideOfPackage("io.echonet.dds.network..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "reactor.netty..")
        .check(ALL);
  }

  @Test
  void nobodyButTheProgramBlocks() {
    noClasses()
        .that()
        .resideOutsideOfPackage(PROGRAM)
        .should()
        .accessTargetWhere(blocks())
        .because("a blocked event loop stops every connection on it")
        .check(ALL);
  }

  private static DescribedPredicate<JavaAccess<?>> blocks() {
    Set<String> streams = Set.of("toIterable", "toStream");
    Set<String> futures = Set.of("get", "join");
    return DescribedPredicate.describe(
        "blocks",
        access -> {
          JavaClass owner = access.getTargetOwner();
          String name = access.getName();
          if (owner.isAssignableTo(Mono.class) || owner.isAssignableTo(Flux.class)) {
            return name.startsWith("block") || streams.contains(name);
          }
          if (owner.isAssignableTo(Future.class) || owner.isAssignableTo(CompletableFuture.class)) {
            return futures.contains(name);
          }
          return owner.isEquivalentTo(Thread.class) && name.equals("sleep");
        });
  }

  @Test
  void nobodyButTheProgramEndsTheProcessOrWritesToItsStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage(PROGRAM)
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(ALL);
  }

  /** Decision 0147. */
  @Test
  void whateverIsMappedInTurnIsAskedAtOnce() {
    noClasses()
        .should()
        .callMethod(Flux.class, "concatMap", Function.class)
        .orShould()
        .callMethod(Flux.class, "concatMapDelayError", Function.class)
        .orShould()
        .callMethod(Flux.class, "delayUntil", Function.class)
        .because("what is asked later than it is subscribed may never complete")
        .check(ALL);
  }

  @Test
  void everyPackageSaysThatItIsNullMarked() {
    Set<String> unmarked = new LinkedHashSet<>();
    for (JavaClass type : ALL) {
      JavaPackage javaPackage = type.getPackage();
      if (!javaPackage.isAnnotatedWith(NullMarked.class) && !isGenerated(javaPackage.getName())) {
        unmarked.add(javaPackage.getName());
      }
    }

    assertThat(unmarked).isEmpty();
  }

  private static boolean isGenerated(String packageName) {
    return packageName.equals(GENERATED) || packageName.startsWith(GENERATED + ".");
  }

  @Test
  void everybodyLogsThroughSlf4j() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.logging..",
            "org.apache.commons.logging..",
            "org.apache.log4j..",
            "org.apache.logging..",
            "io.netty.util.internal.logging..")
        .orShould()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are loggers of Reactor or the platform",
                type ->
                    List.of(
                            "reactor.util.Logger",
                            "reactor.util.Loggers",
                            "java.lang.System$Logger")
                        .contains(type.getName())))
        .check(ALL);
  }

  @Test
  void onlyTheProgramChoosesTheLoggingBackend() {
    noClasses()
        .that()
        .resideOutsideOfPackage(PROGRAM)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ch.qos.logback..")
        .check(ALL);
  }

  @Test
  void oneClassKnowsWhoComputes() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.echonet.dds.transport.CryptoProvider")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.conscrypt..")
        .check(ALL);
  }

  @Test
  void implementationsAreNamedForWhatDiffers() {
    noClasses().should().haveSimpleNameEndingWith("Impl").check(ALL);
  }
}
