// The promises of each runtime as data: the suite tests them, and the README's table is made from them.

/** All features a runtime may promise, in the order of table and tests. */
export const runtimeFeatures = [
  "health",
  "tables brought up to date at start",
  "documents read at start",
  "page and API page",
  "documents and search",
  "chat, streamed as it is made",
  "chat, whole",
  "resume after a lost connection",
  "resume while it is made",
  "answer saved when the client leaves",
  "accounts",
  "tasks",
  "CORS",
  "unknown host names refused",
  "body limits",
  "rate limits",
  "logs without secrets",
] as const;

export type RuntimeFeature = (typeof runtimeFeatures)[number];

/** The features that a runtime lacks, with the reasons. */
export type Exceptions = Readonly<Partial<Record<RuntimeFeature, string>>>;

export interface RuntimeRow {
  readonly name: string;
  /** Where its data is: in its own process, in PostgreSQL over TCP, or in Neon over HTTP. */
  readonly database: "embedded" | "PostgreSQL" | "Neon";
  readonly exceptions: Exceptions;
}

const betweenRequests: Exceptions = {
  "tables brought up to date at start":
    "nothing runs before a request: `docent migrate` does it, once for each version",
  "documents read at start": "there is no folder to read: `docent ingest` hands documents in",
  "unknown host names refused": "the platform passes on only the names that were set up there",
};

/** All runtimes, each with the databases with which it is tested. */
export const runtimeRows = [
  { name: "Node", database: "embedded", exceptions: {} },
  { name: "Node", database: "PostgreSQL", exceptions: {} },
  { name: "Deno", database: "embedded", exceptions: {} },
  { name: "Bun", database: "embedded", exceptions: {} },
  { name: "Bun", database: "Neon", exceptions: {} },
  { name: "Cloudflare Workers", database: "Neon", exceptions: betweenRequests },
  { name: "Vercel", database: "Neon", exceptions: betweenRequests },
] as const satisfies readonly RuntimeRow[];
