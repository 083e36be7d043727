import type { SnapshotStore } from "../../handlers/ports/snapshot-store.ts";
import { createFolderStore } from "./folder/store.ts";

/** Where BACKUP_URL leads, with all that the place needs. */
export type SnapshotPlace = { readonly kind: "folder"; readonly directory: string };

/** The store that the settings name. Connects to nothing yet. */
export function chooseSnapshotStore(place: SnapshotPlace): SnapshotStore {
  return createFolderStore(place.directory);
}
