import * as v from "valibot";
import { encodeUtf8, sha256, toHex } from "../../../../handlers/lib/bytes.ts";
import { DamagedObject } from "./damage.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const link = v.object({ epoch: count, sequence: count, sha256: v.string() });

/** What is known of the database at a cut. */
const cut = {
  format: v.literal(1),
  /** When the cut was made, by the writer's clock. ISO 8601. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** The applied migrations, in order. */
  migrations: v.array(v.string()),
  /** The last number that each sequence has given. */
  sequences: v.record(v.string(), v.number()),
};

const segmentHeader = v.object({
  ...cut,
  epoch: count,
  sequence: count,
  /** The segment before, on which this one builds. */
  previous: link,
  /** The next segments belong to the same cut: this one alone is half of something. */
  more: v.boolean(),
});

const manifest = v.object({
  ...cut,
  /** The last segment before the snapshot: those after it are to be applied. */
  from: link,
  /** The segment up to which the log is needed: the rows were read while others were written. */
  until: link,
  rows: count,
  bytes: count,
  parts: v.array(v.object({ name: v.string(), sha256: v.string(), rows: count })),
});

export type SegmentHeader = v.InferOutput<typeof segmentHeader>;
export type Manifest = v.InferOutput<typeof manifest>;

/**
 * A line of changes to one table, as JSON: rows that are there now, and the keys of rows that are not. The same in
 * snapshots and in the log.
 */
export function changeLine(table: string, rows: string, gone = ""): string {
  return `{"table":${JSON.stringify(table)},"rows":[${rows}],"gone":[${gone}]}`;
}

/** The table that a line changes; undefined where it is no such line. */
export function tableOf(line: string): string | undefined {
  return /^\{"table":"([a-z0-9_]+)",/.exec(line)?.[1];
}

export interface Segment {
  readonly header: SegmentHeader;
  readonly lines: readonly string[];
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

export function encodeSegment(header: SegmentHeader, lines: readonly string[]): Uint8Array {
  return encodeUtf8([JSON.stringify(header), ...lines].join("\n"));
}

/** @throws DamagedObject */
export async function decodeSegment(name: string, content: Uint8Array): Promise<Segment> {
  const [first = "", ...lines] = new TextDecoder().decode(content).split("\n");
  const header = read(segmentHeader, name, first);
  return { header, lines, sha256: await digestOf(content) };
}

export function encodeManifest(content: Manifest): Uint8Array {
  return encodeUtf8(JSON.stringify(content));
}

/** @throws DamagedObject */
export function decodeManifest(name: string, content: Uint8Array): Manifest {
  return read(manifest, name, new TextDecoder().decode(content));
}

export async function digestOf(content: Uint8Array): Promise<string> {
  return toHex(await sha256(new Uint8Array(content)));
}

function read<Shape extends v.GenericSchema>(
  shape: Shape,
  name: string,
  text: string,
): v.InferOutput<Shape> {
  try {
    return v.parse(shape, JSON.parse(text));
  } catch (cause) {
    throw new DamagedObject(name, "it is not in a form that this Docent reads", cause);
  }
}
