package io.echonet.dds.storage.segment;

/** A place between two records: the segment's number, and bytes from its start. */
record LogPosition(int segment, long offset) {
  /** Before the first segment. */
  static final LogPosition START = new LogPosition(0, 0);
}
