import { decodeByType } from "../../values.ts";

/** An error of the server, with the fields that the adapters' failures are made of. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: string;
  readonly severity: string;
  readonly constraint: string | undefined;

  constructor(fields: ReadonlyMap<string, string>) {
    super(fields.get("M") ?? "an error without a message");
    this.code = fields.get("C") ?? "";
    this.severity = fields.get("V") ?? fields.get("S") ?? "";
    this.constraint = fields.get("n");
  }
}

interface Column {
  readonly name: string;
  readonly decode: ((text: string) => unknown) | undefined;
}

const decoders: typeof decodeByType = {
  ...decodeByType,
  // Copied: a small Buffer is a view of a pool that it shares with others.
  17: (text) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
};

/** The first error among the server's messages; undefined where there is none. */
export function findError(bytes: Uint8Array): ServerError | undefined {
  const buffer = asBuffer(bytes);
  for (let at = 0; at < buffer.length; at += 1 + buffer.readInt32BE(at + 1)) {
    if (buffer[at] === type.error) return readError(buffer, at + 5);
  }
  return undefined;
}

/** The rows of each statement, as the port has them. */
export function decodeResults(bytes: Uint8Array): object[][] {
  const buffer = asBuffer(bytes);
  const results: object[][] = [];
  let columns: readonly Column[] = [];
  let rows: object[] = [];
  for (let at = 0; at < buffer.length; at += 1 + buffer.readInt32BE(at + 1)) {
    const kind = buffer[at];
    if (kind === type.columns) columns = readColumns(buffer, at + 5);
    else if (kind === type.row) rows.push(readRow(buffer, at + 7, columns));
    else if (kind === type.complete || kind === type.empty) {
      results.push(rows);
      rows = [];
    }
  }
  return results;
}

const type = { error: 69, columns: 84, row: 68, complete: 67, empty: 73 } as const;

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function readError(buffer: Buffer, start: number): ServerError {
  const fields = new Map<string, string>();
  for (let at = start; buffer[at] !== 0;) {
    const end = buffer.indexOf(0, at);
    fields.set(String.fromCharCode(buffer[at] ?? 0), buffer.toString("utf8", at + 1, end));
    at = end + 1;
  }
  return new ServerError(fields);
}

function readColumns(buffer: Buffer, start: number): Column[] {
  let at = start + 2;
  return Array.from({ length: buffer.readInt16BE(start) }, () => {
    const end = buffer.indexOf(0, at);
    const name = buffer.toString("utf8", at, end);
    // After the name: the table (4 bytes), its column (2), the type (4), its size (2), its modifier (4), the format (2).
    const decode = decoders[buffer.readInt32BE(end + 7)];
    at = end + 19;
    return { name, decode };
  });
}

function readRow(buffer: Buffer, start: number, columns: readonly Column[]): object {
  const row: Record<string, unknown> = {};
  let at = start;
  for (const { name, decode } of columns) {
    const length = buffer.readInt32BE(at);
    at += 4;
    if (length < 0) {
      row[name] = null;
      continue;
    }
    const text = buffer.toString("utf8", at, at + length);
    row[name] = decode ? decode(text) : text;
    at += length;
  }
  return row;
}
