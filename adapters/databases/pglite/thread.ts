// The database's thread: one message in and one out for every call.
import { statfsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Statement } from "../../../handlers/ports/database.ts";
import type { FailureCode } from "../../../handlers/ports/failure.ts";
import { databaseFailure } from "../failures.ts";
import { unopened } from "./damage.ts";
import { openEngine, type Engine } from "./engine.ts";
import { ensureDirectory } from "./prepare.ts";

export interface ThreadData {
  readonly directory?: string;
  readonly preparedDirectory?: string;
}

export type EngineRequest =
  | { readonly kind: "query"; readonly statement: Statement }
  | { readonly kind: "batch"; readonly statements: readonly Statement[] }
  | { readonly kind: "close" };

export interface EngineCall {
  readonly id: number;
  readonly request: EngineRequest;
}

export interface EngineFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause: string;
  /** The disk had no space left. */
  readonly isDiskFull: boolean;
  /** PostgreSQL found a damaged page. */
  readonly isDamage: boolean;
  /** The engine cannot go on: the thread must be replaced. */
  readonly isFatal: boolean;
}

/** Answers call `id`; id 0, which no call has, reports whether the engine opened. */
export type EngineReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: EngineFailure };

/** How many bytes are free on the database's disk. */
export interface DiskReport {
  readonly freeBytes: number;
}

/** Calls between two checks of the log's size, and milliseconds without calls before vacuum and analyze. */
const callsPerLook = 32;
const quiet = 3_000;

const diskFullCodes: ReadonlySet<string> = new Set(["53100", "ENOSPC", "EDQUOT"]);
const damageCodes: ReadonlySet<string> = new Set(["XX001", "XX002"]);

const port = parentPort;
const { directory, preparedDirectory } = workerData as ThreadData;
let engine: Engine | undefined;
let calls = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

await reply(0, async () => {
  if (directory === undefined) {
    engine = await openEngine();
    return "memory";
  }
  const start = await ensureDirectory(directory, preparedDirectory);
  engine = await openEngine({ directory }).catch((error: unknown) => {
    throw isNamed(error) ? error : unopened(error);
  });
  await chmod(directory, 0o700).catch(() => undefined);
  reportDisk();
  return start;
});

port?.on("message", (call: EngineCall) => void answer(call));

async function answer({ id, request }: EngineCall): Promise<void> {
  await reply(id, () => perform(request));
  clearTimeout(timer);
  if (request.kind === "close") return;
  calls += 1;
  if (calls % callsPerLook === 0) await tidy("checkpoint");
  timer = setTimeout(() => void tidy("everything"), quiet);
}

/** A failure is ignored: the next call tries again. */
async function tidy(effort: "checkpoint" | "everything"): Promise<void> {
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
    case "query":
      return opened().query(request.statement);
    case "batch":
      return opened().batch(request.statements);
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
  port?.postMessage(await outcome(id, work));
}

async function outcome(id: number, work: () => Promise<unknown>): Promise<EngineReply> {
  try {
    return { id, result: await work() };
  } catch (error) {
    const { code, message, retryable, cause } = databaseFailure(error);
    const failure = {
      code,
      message,
      retryable,
      cause: String(cause),
      isDiskFull: diskFullCodes.has(String(field(cause, "code"))),
      isDamage: damageCodes.has(String(field(cause, "code"))),
      isFatal: isFatal(cause),
    };
    return { id, failure };
  }
}

/**
 * Whether an error says what is wrong, as a full disk or too little memory does; PGlite's own "failed to
 * initialize" does not.
 */
function isNamed(error: unknown): boolean {
  return field(error, "code") !== undefined || /memory|OOM/i.test(String(error));
}

/** After PANIC or FATAL a server process ends; this one has no other, and its next statement would never return. */
function isFatal(error: unknown): boolean {
  const severity = field(error, "severity");
  return severity === "PANIC" || severity === "FATAL" || error instanceof WebAssembly.RuntimeError;
}

function field(error: unknown, name: "code" | "severity"): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}
