package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;

/** A command line that was run in this JVM, and what it came to. */
record ProgramRun(int code, String out, String err) {
  static ProgramRun of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        Console.of(InputStream.nullInputStream(), out, new PrintStream(err, true, UTF_8));
    int code = new Program(console).execute(arguments);
    return new ProgramRun(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
