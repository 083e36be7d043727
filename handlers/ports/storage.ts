import type { FailureCode } from "./failure.ts";

/**
 * The disk that holds the embedded database. `low`: it will be full soon; `full`: the database waits until
 * space is freed.
 */
export type StorageState = "ok" | "low" | "full";

/** How far the embedded database is kept outside of its disk, as BACKUP_URL has it. */
export interface BackupReport {
  /** Everything that was acknowledged before survives the loss of the disk; undefined: nothing does yet. */
  readonly durableUntil: Date | undefined;
  /** The age of the oldest change that may not be stored yet. */
  readonly pendingSeconds: number;
  /** Changes wait for much longer than they should. */
  readonly isBehind: boolean;
  /** Of the store's latest operation; undefined: it succeeded. */
  readonly lastError: FailureCode | undefined;
  /** Rows, while a snapshot is being restored. */
  readonly restoring: { readonly done: number; readonly total: number } | undefined;
}

export interface StorageWatch {
  /** As of the latest look; looks at nothing itself. */
  state(): StorageState;
  /** Undefined: the database is not backed up. */
  backup?(): BackupReport | undefined;
}
