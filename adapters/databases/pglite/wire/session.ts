import type { PGlite } from "@electric-sql/pglite";
import type { Statement } from "../../../../handlers/ports/database.ts";
import { findError } from "./decode.ts";
import { createMessageWriter, type SentStatement } from "./encode.ts";

/** The most statements that PostgreSQL keeps; each takes about 50 KB of its memory. */
const mostKept = 64;
/** The most statements of which is remembered that they were run once. */
const mostSeen = 512;
/** SQLSTATE feature_not_supported: "cached plan must not change result type", after a table's change. */
const stalePlan = "0A000";

/**
 * Runs statements on PGlite in PostgreSQL's own protocol: all of a call in one turn of its engine, where PGlite's `query`
 * takes six for each statement, and parsed only once if they are run more often. That halves the cost of small queries.
 */
export function createWireSession(pglite: PGlite) {
  /** By text: the name under which PostgreSQL keeps it. */
  const kept = new Map<string, string>();
  const seen = new Set<string>();
  /** Names that PostgreSQL is to forget at the next call. */
  const dropped: string[] = [];
  let names = 0;

  /** Statements are kept from their second run on, because many run only once. */
  const plan = (statement: Statement): SentStatement => {
    const name = kept.get(statement.text);
    if (name !== undefined) {
      // The one that was not run for longest is the first to go.
      kept.delete(statement.text);
      kept.set(statement.text, name);
      return { statement, name, isKept: true };
    }
    if (seen.delete(statement.text)) {
      names += 1;
      return { statement, name: `s${names}`, isKept: false };
    }
    seen.add(statement.text);
    if (seen.size > mostSeen) seen.clear();
    return { statement, name: "", isKept: false };
  };

  const drop = (text: string, name: string): void => {
    kept.delete(text);
    dropped.push(name);
  };

  const send = async (statements: readonly Statement[]): Promise<Uint8Array> => {
    for (const [text, name] of kept) {
      if (kept.size <= mostKept) break;
      drop(text, name);
    }
    const writer = createMessageWriter();
    for (const name of dropped.splice(0)) writer.forget(name);
    const sent = statements.map(plan);
    for (const each of sent) writer.run(each);
    const bytes = await exchange(pglite, writer.sync());
    const error = findError(bytes);
    const named = sent.filter(({ name }) => name !== "");
    if (error === undefined) {
      for (const { statement, name } of named) kept.set(statement.text, name);
      return bytes;
    }
    const isStale = error.code === stalePlan && named.some(({ isKept }) => isKept);
    for (const { statement, name, isKept } of named)
      if (isStale || !isKept) drop(statement.text, name);
    if (isStale) return send(statements);
    throw error;
  };

  return {
    /**
     * Runs statements as one transaction. Resolves to the server's messages, for `decodeResults`.
     *
     * @throws ServerError
     */
    run: async (statements: readonly Statement[]): Promise<Uint8Array> => {
      if (pglite.closed) throw new Error("PGlite is closed");
      return pglite.runExclusive(() => send(statements));
    },
  };
}

async function exchange(pglite: PGlite, sent: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // A chunk is a window of the engine's memory. Without `onRawData`, PGlite would read the answer, too.
  await pglite.execProtocolRawStream(sent, { onRawData: (chunk) => chunks.push(chunk.slice()) });
  const [first = new Uint8Array()] = chunks;
  return chunks.length === 1 ? first : new Uint8Array(Buffer.concat(chunks));
}
