import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pgliteFile } from "../adapters/databases/pglite/files.ts";
import { hintsFile, type CompilationHints } from "../adapters/databases/pglite/hints.ts";

/**
 * Writes which of PostgreSQL's functions a start and a first answer call, so that V8 compiles them on threads of its own
 * while the database opens. They are recorded once for each version of PGlite. Where that fails, as on a Node whose V8
 * does not report what it compiles, there are no hints, and a start takes about 50 ms longer.
 *
 * @param build the folder of the bundles
 * @param database a database of a first start
 * @param cache where they are kept for further builds
 */
export async function copyHints(build: string, database: string, cache: string): Promise<void> {
  try {
    await makeHints(build, database, cache);
  } catch (error) {
    console.warn(
      "no hints for PostgreSQL's start:",
      error instanceof Error ? error.message : error,
    );
  }
}

async function makeHints(build: string, database: string, cache: string): Promise<void> {
  const version = await readFile("node_modules/@electric-sql/pglite/package.json", "utf8");
  const made = join(cache, hintsFile);
  if ((await readFile(`${made}.version`, "utf8").catch(() => undefined)) !== version) {
    const directory = await mkdtemp(join(cache, "hints-"));
    try {
      await cp(database, join(directory, "database"), { recursive: true });
      const called = await recordCalls(build, directory);
      const hints = toHints(await readFile(pgliteFile("pglite.wasm")), called);
      await writeFile(made, JSON.stringify(hints));
    } finally {
      await rm(directory, { recursive: true });
    }
    await writeFile(`${made}.version`, version);
  }
  await copyFile(made, join(build, hintsFile));
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

/** Compile in the background, and when it is called if that is first; both times by the baseline compiler. */
const inBackground = 3 | (1 << 2) | (1 << 4);

/** Ids of sections (https://webassembly.github.io/spec/core/binary/modules.html#sections). */
const sections = { custom: 0, imports: 2, functions: 3, code: 10 } as const;

/** The custom section `compilationHints` has one byte for each function of the module, and stands before their code. */
function toHints(module: Buffer<ArrayBuffer>, called: readonly number[]): CompilationHints {
  // Functions are numbered from the imported ones on, which have no hints.
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(module));
  const imported = imports.filter(({ kind }) => kind === "function").length;
  let hints = Buffer.alloc(0);
  for (let at = 8; at < module.length;) {
    const [length, content] = readVarint(module, at + 1);
    if (module[at] === sections.functions) {
      const [count] = readVarint(module, content);
      hints = Buffer.alloc(count);
      for (const number of called) hints[number - imported] = inBackground;
    } else if (module[at] === sections.code) {
      const section = toSection("compilationHints", hints);
      return { length: module.length, at, section: section.toString("base64") };
    }
    at = content + length;
  }
  throw new Error("PostgreSQL's module has no code");
}

function toSection(name: string, hints: Buffer): Buffer {
  const content = [toVarint(name.length), Buffer.from(name), toVarint(hints.length), hints];
  const bytes = Buffer.concat(content);
  return Buffer.concat([Buffer.from([sections.custom]), toVarint(bytes.length), bytes]);
}

/** The number at a place, seven bits a byte, the lowest first; and where it ends. */
function readVarint(bytes: Buffer, start: number): readonly [value: number, end: number] {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at] ?? 0;
    at += 1;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function toVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
