// What is promised where, as data: the suite tests it, and the README's table is made from it.

/** Everything a runtime may promise, in the order in which it is shown and tested. */
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
  "body limits",
  "rate limits",
  "logs without secrets",
] as const;

export type RuntimeFeature = (typeof runtimeFeatures)[number];

/** What a runtime cannot do, each with its reason. */
export type Exceptions = Readonly<Partial<Record<RuntimeFeature, string>>>;

export interface RuntimeRow {
  readonly name: string;
  /** Where what it knows is kept: inside its own process, in PostgreSQL over TCP, or in Neon over HTTP. */
  readonly database: "embedded" | "PostgreSQL" | "Neon";
  readonly exceptions: Exceptions;
}

const betweenRequests: Exceptions = {
  "tables brought up to date at start":
    "nothing runs before a request: `docent migrate` does it, once for each version",
  "documents read at start": "there is no folder to read: `docent ingest` hands documents in",
};

/** Every runtime there is an entry for, with the databases it is tested with. */
export const runtimeRows = [
  { name: "Node", database: "embedded", exceptions: {} },
  { name: "Node", database: "PostgreSQL", exceptions: {} },
  { name: "Deno", database: "embedded", exceptions: {} },
  { name: "Bun", database: "embedded", exceptions: {} },
  { name: "Bun", database: "Neon", exceptions: {} },
  { name: "Cloudflare Workers", database: "Neon", exceptions: betweenRequests },
  { name: "Vercel", database: "Neon", exceptions: betweenRequests },
] as const satisfies readonly RuntimeRow[];
