package io.echonet.dds.storage.filestore;

import io.echonet.dds.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real disk, watched, and failing or waiting where a test says so. */
class FaultyDisk extends Disk {
  enum Step {
    WRITE,
    RENAME,
    SYNC_FOLDER,
    READ
  }

  /** What a test puts before a step. */
  interface Fault {
    void before(Step step, Path file) throws IOException;
  }

  /** What has been done, as {@code STEP name}, in order of completion. */
  final List<String> done = new CopyOnWriteArrayList<>();

  volatile Fault fault = (step, file) -> {};

  @Override
  public void writeNew(Path file, ByteBuffer data) throws IOException {
    fault.before(Step.WRITE, file);
    super.writeNew(file, data);
    done(Step.WRITE, file);
  }

  @Override
  public void rename(Path file, Path target) throws IOException {
    fault.before(Step.RENAME, file);
    super.rename(file, target);
    done(Step.RENAME, target);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    fault.before(Step.SYNC_FOLDER, folder);
    super.syncFolder(folder);
    done(Step.SYNC_FOLDER, folder);
  }

  @Override
  public byte[] read(Path file, int maxBytes) throws IOException {
    fault.before(Step.READ, file);
    byte[] bytes = super.read(file, maxBytes);
    done(Step.READ, file);
    return bytes;
  }

  private void done(Step step, Path file) {
    done.add(step + " " + file.getFileName());
  }
}
