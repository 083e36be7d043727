import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { countChanges } from "./capture.ts";
import type { DirectoryContent } from "./directory.ts";
import { fillDirectory, type FillOptions } from "./fill-directory.ts";
import { replaceLease, type Lease } from "./lease/lease.ts";
import type { Pace } from "./lease/pace.ts";
import { waitForLease } from "./lease/wait-for-lease.ts";
import { isSameLink, snapshotFolder, type Link } from "./objects/names.ts";
import { highest, readCatalogue, segmentsAfter, type Catalogue } from "./restore/catalogue.ts";
import { catchUp } from "./restore/restore.ts";
import { writeState } from "./state.ts";

export interface TakeOverOptions extends FillOptions {
  readonly store: SnapshotStore;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

export interface TakenOver {
  readonly version: string;
  readonly lease: Lease;
  /** `none`: the log does not continue a snapshot, so one is needed. */
  readonly snapshot: "there" | "none";
}

/** Where this directory stands: at the end of the log, or at the beginning of another one. */
type Standing =
  | { readonly kind: "at-end"; readonly head: Link; readonly dead: readonly string[] }
  | { readonly kind: "begins"; readonly dead: readonly string[] };

/**
 * Makes this process the one that writes: brings the directory to the end of the backup, waits for the lease,
 * applies what was written meanwhile, and takes the lease with a higher epoch. Until then it changes nothing that
 * another process needs, so one that fails here disables none.
 *
 * @throws PortFailure; the signal's reason
 */
export async function takeOver(options: TakeOverOptions): Promise<TakenOver> {
  const { directory, store, signal } = options;
  await directory.open();
  for (;;) {
    signal.throwIfAborted();
    const standing = await align(options);
    const found = await waitForLease({ ...options, how: "ask", dead: standing.dead });
    const catalogue = { ...(await readCatalogue(store)), lease: found };
    const head = await moveOn(standing, catalogue, options);
    if (!head) continue;
    // The last holder may have made it after this directory was filled.
    const isOther = !standing.dead.includes(found?.lease?.holder ?? "");
    if (standing.kind === "at-end" && isOther) await options.secret.restore();
    const { epoch } = highest(catalogue);
    const lease: Lease = { epoch: epoch + 1, holder: options.me, renewals: 0, head, base: head };
    const taken = await replaceLease(store, found, lease);
    if (!taken) continue;
    return {
      version: taken.version,
      lease,
      snapshot: standing.kind === "begins" ? "none" : "there",
    };
  }
}

/** Brings the directory to the end of what the store holds now. */
async function align(options: TakeOverOptions): Promise<Standing> {
  const { directory, store } = options;
  const catalogue = await readCatalogue(store);
  const content = await directory.read();
  const lease = catalogue.lease?.lease;
  if (content.kind === "kept") {
    const { head, holder } = content.state;
    const dead = [holder];
    const isOurs = lease?.holder === holder;
    if (catalogue.snapshots.length === 0) return { kind: "begins", dead };
    const isEnd = lease && isSameLink(lease.head, head);
    if (isEnd && segmentsAfter(head, catalogue).length === 0) return { kind: "at-end", head, dead };
    // Nobody has written since, so the disk has all that the store has, and more.
    if (isOurs) return { kind: "begins", dead };
  }
  if (catalogue.snapshots.length === 0) {
    if (content.kind === "half-restored") await directory.empty("delete");
    return { kind: "begins", dead: [] };
  }
  return { kind: "at-end", head: await fill(content.kind, catalogue, options), dead: [] };
}

/** Begins again where the holder has meanwhile replaced all snapshots by newer ones. */
async function fill(
  content: DirectoryContent["kind"],
  catalogue: Catalogue,
  options: TakeOverOptions,
): Promise<Link> {
  try {
    return await fillDirectory(content, catalogue, options);
  } catch (error) {
    if (!(error instanceof PortFailure) || error.code !== "not_found") throw error;
    const now = await readCatalogue(options.store);
    const known = new Set(catalogue.snapshots.map(snapshotFolder));
    if (now.snapshots.every((each) => known.has(snapshotFolder(each)))) throw error;
    return fill("half-restored", now, options);
  }
}

/** Applies what the last holder has written meanwhile. Undefined: the directory has to be aligned again. */
async function moveOn(
  standing: Standing,
  catalogue: Catalogue,
  options: TakeOverOptions,
): Promise<Link | undefined> {
  const { database } = options.directory;
  if (standing.kind === "begins") {
    // Meanwhile another process may have written a first snapshot, or taken the lease of the one that died here.
    const holder = catalogue.lease?.lease?.holder;
    const isStill = holder !== undefined && standing.dead.includes(holder);
    if (catalogue.snapshots.length > 0 && !isStill) return undefined;
    const { epoch, sequence } = highest(catalogue);
    return { epoch: epoch + 1, sequence, sha256: "" };
  }
  const { head } = standing;
  if (segmentsAfter(head, catalogue).length === 0) return head;
  const content = await options.directory.read();
  // Changes that were never sent, and now there are others: of the two histories the store's counts.
  if (content.kind === "kept" && content.state.holder !== options.me)
    if ((await countChanges(database)) > 0) return undefined;
  await database.query(writeState({ status: "restoring", holder: options.me, head }));
  const last = await catchUp(head, { ...options, database, catalogue });
  await database.query(writeState({ status: "kept", holder: options.me, head: last }));
  return last;
}
