import { onTestFinished } from "vitest";
import { chooseSnapshotStore } from "../../../adapters/snapshot-stores/choose.ts";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import {
  startS3StandIn,
  type S3StandIn,
  type S3StandInOptions,
} from "../stand-ins/snapshots/s3-stand-in.ts";

export interface Bucket {
  readonly s3: S3StandIn;
  readonly store: SnapshotStore;
  /** The same, for a machine with this clock. */
  storeOf(clock: Clock): SnapshotStore;
  /** The names of the objects that begin so, in order. */
  names(prefix: string): string[];
  /** Changes a byte in the middle of an object. */
  damage(name: string): void;
}

/** A bucket on the S3 stand-in, for one test. */
export async function openBucket(options: S3StandInOptions = {}): Promise<Bucket> {
  const s3 = await startS3StandIn(options);
  onTestFinished(() => s3.stop());
  const { endpoint, bucket, keys, objects } = s3;
  const place = { kind: "s3", prefix: "", endpoint, bucket, ...keys } as const;
  return {
    s3,
    store: chooseSnapshotStore(place),
    storeOf: (clock) => chooseSnapshotStore(place, { clock }),
    names: (prefix) => [...objects.keys()].filter((name) => name.startsWith(prefix)).sort(),
    damage(name) {
      const found = objects.get(name);
      if (!found) throw new Error(`there is no ${name}`);
      const content = Buffer.from(found.content);
      const middle = content.length >> 1;
      content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
      objects.set(name, { ...found, content });
    },
  };
}
