import { join } from "node:path";
import { chooseSnapshotStore } from "../../../adapters/snapshot-stores/choose.ts";
import { describeSnapshotStore } from "../../contracts/snapshot-store.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

describeSnapshotStore("a folder", async () => {
  const directory = join(await temporaryDirectory(), "not", "there yet");
  return () => chooseSnapshotStore({ kind: "folder", directory });
});
