// The database's thread: one message in and one out for every call.
import { statfsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import type { Statement } from "../../../handlers/ports/database.ts";
import { unopened } from "./damage.ts";
import { describeFailure, isNamed, type EngineFailure } from "./engine-failure.ts";
import { openEngine, type Engine } from "./engine.ts";
import { loadPostgres } from "./load.ts";
import { ensureDirectory, type FoundDirectory } from "./prepare.ts";

/** What is opened: an empty database in memory without a directory. */
export interface Opening {
  readonly directory?: string;
  readonly preparedDirectory?: string;
}

export type EngineRequest =
  | ({ readonly kind: "open" } & Opening)
  /** One transaction. */
  | { readonly kind: "run"; readonly statements: readonly Statement[] }
  | { readonly kind: "close" };

export interface EngineCall {
  readonly id: number;
  readonly request: EngineRequest;
}

/** Answers call `id`. */
export type EngineReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: EngineFailure };

/** How many bytes are free on the database's disk. */
export interface DiskReport {
  readonly freeBytes: number;
}

/** Calls between two checks of the log's size. */
const callsPerLook = 32;
/** Milliseconds without calls before vacuum and analyze, and after which they no longer wait for such a pause. */
const quiet = 3_000;
const longestWithoutPause = 10_000;

const port = parentPort;
let directory: string | undefined;
let engine: Engine | undefined;
let calls = 0;
/** The first call since the last vacuum and analyze. */
let busySince: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

// Which directory is opened is told a moment later; its failure is reported then.
loadPostgres().catch(() => undefined);
port?.on("message", (call: EngineCall) => void answer(call));

async function openDirectory(opening: Opening): Promise<FoundDirectory> {
  ({ directory } = opening);
  if (directory === undefined) {
    engine = await openEngine();
    return { directory: "memory" };
  }
  const start = await ensureDirectory(directory, opening.preparedDirectory);
  engine = await openEngine({ directory }).catch((error: unknown) => {
    throw isNamed(error) ? error : unopened(error);
  });
  await chmod(directory, 0o700).catch(() => undefined);
  reportDisk();
  return start;
}

async function answer({ id, request }: EngineCall): Promise<void> {
  await reply(id, () => perform(request));
  clearTimeout(timer);
  if (request.kind === "open" || request.kind === "close") return;
  calls += 1;
  busySince ??= performance.now();
  if (performance.now() - busySince > longestWithoutPause) await tidy("everything");
  else if (calls % callsPerLook === 0) await tidy("checkpoint");
  timer = setTimeout(() => void tidy("everything"), quiet);
}

/** A failure is ignored: the next call tries again. */
async function tidy(effort: "checkpoint" | "everything"): Promise<void> {
  if (effort === "everything") busySince = undefined;
  await opened()
    .tidy(effort)
    .catch(() => undefined);
  reportDisk();
}

function reportDisk(): void {
  if (directory === undefined) return;
  try {
    const { bavail, bsize } = statfsSync(directory);
    port?.postMessage({ freeBytes: bavail * bsize } satisfies DiskReport);
  } catch {
    // A file system that does not tell.
  }
}

async function perform(request: EngineRequest): Promise<unknown> {
  switch (request.kind) {
    case "open":
      return openDirectory(request);
    case "run":
      return opened().run(request.statements);
    case "close":
      await opened().close();
      return undefined;
    default:
      return request satisfies never;
  }
}

function opened(): Engine {
  if (engine === undefined) throw new Error("the engine did not open");
  return engine;
}

async function reply(id: number, work: () => Promise<unknown>): Promise<void> {
  const message = await outcome(id, work);
  // Handed over instead of copied.
  const isBytes = "result" in message && message.result instanceof Uint8Array;
  port?.postMessage(message, isBytes ? [message.result.buffer as ArrayBuffer] : []);
}

async function outcome(id: number, work: () => Promise<unknown>): Promise<EngineReply> {
  try {
    return { id, result: await work() };
  } catch (error) {
    return { id, failure: describeFailure(error) };
  }
}
