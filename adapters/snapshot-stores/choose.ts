import type { Clock } from "../../handlers/ports/clock.ts";
import type { SnapshotStore } from "../../handlers/ports/snapshot-store.ts";
import { systemClock } from "../../handlers/lib/time.ts";
import { createFolderStore } from "./folder/store.ts";
import { createHubDatasetStore } from "./hub-dataset/store.ts";
import type { S3Place } from "./s3/client.ts";
import { createS3Store } from "./s3/store.ts";

/** Where BACKUP_URL leads, with all that the place needs. */
export type SnapshotPlace =
  | ({ readonly kind: "s3"; readonly prefix: string } & S3Place)
  | {
      readonly kind: "hub-dataset";
      readonly endpoint: string;
      readonly repository: string;
      readonly prefix: string;
      readonly token: string;
    }
  | { readonly kind: "folder"; readonly directory: string };

export interface SnapshotTransport {
  /** The platform's unless given. */
  readonly fetch?: typeof fetch;
  /** This machine's unless given. */
  readonly clock?: Clock;
  /** The longest silence of the other side, milliseconds; 30 s unless given. */
  readonly patience?: number;
}

/** The store that the settings name. Connects to nothing yet. */
export function chooseSnapshotStore(
  place: SnapshotPlace,
  transport: SnapshotTransport = {},
): SnapshotStore {
  const { clock = systemClock, patience = 30_000 } = transport;
  // Called as a function: Cloudflare Workers refuse `fetch` called as a method.
  const send: typeof fetch = transport.fetch ?? ((input, init) => fetch(input, init));
  switch (place.kind) {
    case "folder":
      return createFolderStore(place.directory);
    case "hub-dataset": {
      const { endpoint, repository, prefix, token } = place;
      return createHubDatasetStore({ endpoint, repository, prefix, token, fetch: send, patience });
    }
    case "s3": {
      const { endpoint, bucket, prefix, accessKeyId, secretAccessKey } = place;
      const keys = { accessKeyId, secretAccessKey };
      return createS3Store({ endpoint, bucket, prefix, ...keys, fetch: send, clock, patience });
    }
  }
}
