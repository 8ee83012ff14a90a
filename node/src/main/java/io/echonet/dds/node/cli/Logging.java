package io.echonet.dds.node.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warnings to standard error, one line each, without stack traces. Found by logback itself when the
 * first logger is asked for; it needs no XML and its parser, which would cost every start a fifth
 * of a second.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String APPENDER = "stderr";
  private static final String QUIET = "%d{HH:mm:ss} %level %logger{0}: %msg%n%nopex";
  private static final String VERBOSE = "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (isConfiguredOtherwise()) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    context.getStatusManager().add(new NopStatusListener());
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName(APPENDER);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, QUIET));
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static boolean isConfiguredOtherwise() {
    return System.getProperty("logback.configurationFile") != null
        || Logging.class.getResource("/logback-test.xml") != null;
  }

  private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }

  /** From now on everything DDS does is logged, with stack traces. */
  static void beVerbose() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      root.setLevel(Level.INFO);
      context.getLogger("io.echonet.dds").setLevel(Level.DEBUG);
      if (root.getAppender(APPENDER) instanceof ConsoleAppender<ILoggingEvent> appender) {
        appender.setEncoder(encoder(context, VERBOSE));
      }
    }
  }
}
