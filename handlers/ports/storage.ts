/**
 * The disk that holds the embedded database. `low`: it will be full soon; `full`: the database waits until
 * space is freed.
 */
export type StorageState = "ok" | "low" | "full";

export interface StorageWatch {
  /** As of the latest look; looks at nothing itself. */
  state(): StorageState;
}
