import postgres from "postgres";
import { cancelled, tooLarge } from "./neon-errors.ts";

export interface Query {
  readonly query: string;
  readonly params?: readonly unknown[];
  readonly arrayMode?: boolean;
}

export interface ReadOptions {
  /** Values stay PostgreSQL's text. */
  readonly isRaw: boolean;
  readonly isArray: boolean;
  /** Bytes of the rows of all statements, at most. */
  readonly sizeLimit: number;
}

/** Connects to a database of the server. */
export function connectTo(server: string, database: string): ReturnType<typeof postgres> {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return postgres(url.href, {
    max: 4,
    fetch_types: false,
    backoff: () => 0,
    onnotice: () => undefined,
    types: asTheyAre,
  });
}

/** Creates the function that runs a request's statements, until its client is gone. */
export function createRun({ isRaw, isArray, sizeLimit }: ReadOptions, gone: AbortSignal) {
  let bytes = 0;

  return async (client: postgres.ISql, { query, params = [], ...own }: Query): Promise<object> => {
    const rowAsArray = own.arrayMode ?? isArray;
    // Prepared without a name, as the proxy does: then PostgreSQL refuses several commands in one statement.
    const options = { simple: false } as postgres.UnsafeQueryOptions;
    const running = client.unsafe(query, params.map(toText) as never[], options).raw();
    const cancel = () => running.cancel();
    if (gone.aborted) throw cancelled();
    gone.addEventListener("abort", cancel);
    try {
      const { columns: described, command, count, ...result } = await running;
      const columns = described ?? [];
      const rows: unknown[] = [];
      for (const row of Object.values(result) as (Buffer | null)[][]) {
        if (bytes > sizeLimit) throw tooLarge(507, "response", sizeLimit);
        const values = row.map((value, index) => {
          const text = value === null ? null : value.toString();
          return isRaw || text === null ? text : toJson(text, columns[index]?.type);
        });
        const shown = rowAsArray
          ? values
          : Object.fromEntries(values.map((value, index) => [columns[index]?.name, value]));
        bytes += Buffer.byteLength(JSON.stringify(shown));
        rows.push(shown);
      }
      const fields = columns.map(({ name, type }) => ({
        name,
        dataTypeID: type,
        tableID: 0,
        columnID: 0,
        dataTypeSize: -1,
        dataTypeModifier: -1,
        format: "text",
      }));
      return { fields, rows, command, rowCount: count ?? null, rowAsArray };
    } catch (error) {
      throw gone.aborted ? cancelled() : error;
    } finally {
      gone.removeEventListener("abort", cancel);
    }
  };
}

/** A parameter as PostgreSQL's text: an array as `{…}`, anything else that is no text as its JSON. */
function toText(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  const items = value.map((item: unknown) => {
    if (item === null) return "NULL";
    if (Array.isArray(item)) return toText(item);
    return JSON.stringify(typeof item === "object" ? JSON.stringify(item) : item);
  });
  return `{${items.join(",")}}`;
}

/** What a client gets that does not ask for raw text; arrays excepted, which nothing here reads. */
function toJson(text: string, type: number | undefined): unknown {
  if (type === 16) return text === "t";
  if (type === 21 || type === 23 || type === 700 || type === 701) return Number(text);
  return type === 114 || type === 3802 ? (JSON.parse(text) as unknown) : text;
}

/** Texts go to PostgreSQL unchanged. */
const asTheyAre = Object.fromEntries(
  [
    ["boolean", 16],
    ["bytea", 17],
    ["json", 114],
    ["date", 1082],
    ["timestamp", 1114],
    ["timestamptz", 1184],
    ["jsonb", 3802],
  ].map(([name, type]) => [
    name,
    { to: Number(type), from: [Number(type)], serialize: String, parse: (value: string) => value },
  ]),
);
