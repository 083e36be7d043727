import { execFileSync } from "node:child_process";
import { closeSync, cpSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The file in the build's folder that keeps what was recorded, for each version of PGlite. */
export const callsFile = "postgres-calls.json";

interface Recorded {
  readonly version: string;
  readonly called: readonly number[];
}

/**
 * The numbers of PostgreSQL's functions that a start and a first answer call.
 *
 * @param build the folder of the bundles
 * @param database a database of a first start
 * @param cache where they are kept for further builds
 * @throws where Node's V8 does not report what it compiles
 */
export async function findCalls(
  build: string,
  database: string,
  cache: string,
): Promise<readonly number[]> {
  const version = await readFile("node_modules/@electric-sql/pglite/package.json", "utf8");
  const path = join(cache, callsFile);
  const last = await readFile(path, "utf8").catch(() => undefined);
  const recorded = last === undefined ? undefined : (JSON.parse(last) as Recorded);
  if (recorded?.version === version) return recorded.called;
  const directory = await mkdtemp(join(cache, "calls-"));
  try {
    cpSync(database, join(directory, "database"), { recursive: true });
    const called = await recordCalls(build, directory);
    await writeFile(path, JSON.stringify({ version, called } satisfies Recorded));
    return called;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Answers a question in a process of its own, and returns the numbers of the functions that V8 compiles for it. */
async function recordCalls(build: string, directory: string): Promise<readonly number[]> {
  const trace = join(directory, "trace");
  const output = openSync(trace, "w");
  // Not through a pipe, whose end Node makes non-blocking: V8 would lose what does not fit.
  execFileSync(
    process.execPath,
    ["--trace-wasm-compilation-times", ".tools/answer-once.ts", build, directory],
    { stdio: ["ignore", output, "inherit"], timeout: 60_000 },
  );
  closeSync(output);
  const stdout = await readFile(trace, "utf8");
  // By module, because pgvector is another one.
  const lines = stdout.matchAll(/^Compiled function (0x[0-9a-f]+)#(\d+) using Liftoff/gm);
  const modules = Map.groupBy(lines, ([, module]) => module);
  const [largest = []] = [...modules.values()].sort((one, other) => other.length - one.length);
  if (largest.length < 1000) throw new Error("V8 did not say which functions it compiles");
  return largest.map(([, , number]) => Number(number));
}
