package io.echonet.dds.node.cli;

/** A failure on the node that a command asked, which has said already what it means. */
final class ReportedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorReport report;

  ReportedException(ErrorReport report) {
    super(report.line());
    this.report = report;
  }

  ErrorReport report() {
    return report;
  }
}
