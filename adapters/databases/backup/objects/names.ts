/** A place in the history: the epoch of its writer, and the number of the log segment. */
export interface Position {
  readonly epoch: number;
  readonly sequence: number;
}

/** A position and the SHA-256 of its segment's content; empty where the history begins. */
export interface Link extends Position {
  readonly sha256: string;
}

export const leaseName = "lease.json";
export const keyName = "key";
export const secretName = "secret";
export const logPrefix = "log/";
export const snapshotPrefix = "snapshots/";

export function segmentName(position: Position): string {
  return `${logPrefix}${labelOf(position)}`;
}

export function snapshotFolder(position: Position): string {
  return `${snapshotPrefix}${labelOf(position)}/`;
}

export function partName(folder: string, index: number): string {
  return `${folder}${String(index).padStart(4, "0")}`;
}

export function manifestObject(folder: string): string {
  return `${folder}manifest`;
}

/** The position in an object's name; undefined for an object that has none. */
export function positionOf(name: string): Position | undefined {
  const [, epoch, sequence] = /^(?:log|snapshots)\/(\d{8})-(\d{8})(?:\/|$)/.exec(name) ?? [];
  if (epoch === undefined || sequence === undefined) return undefined;
  return { epoch: Number(epoch), sequence: Number(sequence) };
}

export function isSameLink(one: Link, other: Link): boolean {
  return (
    one.epoch === other.epoch && one.sequence === other.sequence && one.sha256 === other.sha256
  );
}

function labelOf({ epoch, sequence }: Position): string {
  return [epoch, sequence].map((number) => String(number).padStart(8, "0")).join("-");
}
