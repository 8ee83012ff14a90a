package io.echonet.dds.storage;

/**
 * How full a store is.
 *
 * @param chunks chunks and manifests held
 * @param bytes their lengths together, without what the store or the file system adds
 * @param quotaBytes what {@code bytes} may grow to, {@link #UNLIMITED} where only the place itself
 *     sets a limit
 * @param freeBytes what could still be stored now: the lesser of what the quota and the place leave
 */
public record StorageUsage(long chunks, long bytes, long quotaBytes, long freeBytes) {
  /** As a quota: none. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  public boolean isLimited() {
    return quotaBytes != UNLIMITED;
  }
}
