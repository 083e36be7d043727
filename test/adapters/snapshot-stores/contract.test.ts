import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { chooseSnapshotStore } from "../../../adapters/snapshot-stores/choose.ts";
import { describeSnapshotStore } from "../../contracts/snapshot-store.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";
import { startHubDatasets } from "../../support/stand-ins/snapshots/hub-datasets.ts";
import {
  startS3StandIn,
  type S3StandInOptions,
} from "../../support/stand-ins/snapshots/s3-stand-in.ts";

describeSnapshotStore("a folder", async () => {
  const directory = join(await temporaryDirectory(), "not", "there yet");
  return () => chooseSnapshotStore({ kind: "folder", directory });
});

const servers: Readonly<Record<string, S3StandInOptions>> = {
  "an S3 server that answers itself": {},
  "one that redirects to an edge, and answers 403 to missing keys": {
    redirects: "with-etag",
    missing: 403,
    pageSize: 2,
  },
  "one whose redirects tell no ETag": { redirects: "without-etag", region: "eu-central-1" },
};
// A stand-in decides on one request after the other, so more races would repeat these.
const races = 25;

for (const [title, options] of Object.entries(servers)) {
  const openPlace = async () => {
    const { endpoint, bucket, keys, stop } = await startS3StandIn(options);
    onTestFinished(stop);
    const prefix = `some/${randomUUID()}`;
    return () => chooseSnapshotStore({ kind: "s3", endpoint, bucket, prefix, ...keys });
  };
  describeSnapshotStore(title, openPlace, races);
}

const openDataset = async () => {
  const options = { largeFrom: 200_000, partsFrom: 1_000_000, pageSize: 2 };
  const { endpoint, repository, token, stop } = await startHubDatasets(options);
  onTestFinished(stop);
  const prefix = `some/${randomUUID()}`;
  return () => chooseSnapshotStore({ kind: "hub-dataset", endpoint, repository, token, prefix });
};
describeSnapshotStore("a dataset of the hub", openDataset, races);
