/**
 * A store of small objects (up to some 16 MB each) with compare-and-swap, in which the embedded database's
 * snapshots, change log and lease are kept. Names are `/`-separated, without `//`, `..`, a leading or trailing `/`.
 * Every method throws PortFailure; one whose reply was lost may have taken effect.
 */
export interface SnapshotStore {
  readonly kind: "s3" | "hub-dataset" | "folder";
  /** `unconfirmed`: what was written may still be lost, as on a mounted bucket, whose uploads nothing confirms. */
  readonly durability: "confirmed" | "unconfirmed";
  /** The least time between two regular writes that the store bears, in milliseconds. */
  readonly paceMilliseconds: number;
  /** Whether the store is there, can be written to and is private. @throws PortFailure `unauthorized`, `invalid` where it is public */
  check(): Promise<void>;
  /** @throws PortFailure `conflict` where the object is there already, or has another version than the one given */
  put(name: string, content: Uint8Array, condition: PutCondition): Promise<StoredVersion>;
  /** Undefined where there is no such object. */
  get(name: string): Promise<StoredObject | undefined>;
  /** All objects whose names begin with the prefix, in the order of their names. */
  list(prefix: string): Promise<StoredName[]>;
  /** Objects that are not there are no failure. */
  delete(names: readonly string[]): Promise<void>;
}

export type PutCondition =
  | { readonly kind: "absent" }
  | { readonly kind: "unchanged"; readonly version: string };

export interface StoredVersion {
  /** Opaque; changes with the content. */
  readonly version: string;
}

export interface StoredObject extends StoredVersion {
  readonly content: Uint8Array;
}

export interface StoredName {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}
