import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "../../adapters/databases/migrate.ts";
import { superviseDatabase } from "../../adapters/databases/supervise.ts";
import { createPgliteDatabase } from "../../adapters/databases/pglite/database.ts";
import type { SourceDocument } from "../../handlers/ports/document-source.ts";
import { textBytes } from "../../handlers/documents/ingest/content-bytes.ts";
import { parseInline, settle } from "../../handlers/web/client/markdown/inline.ts";
import { createBlockReader } from "../../handlers/web/client/markdown/blocks.ts";
import { createTestApp, type TestApp } from "../support/apps/test-app.ts";
import { adminKey } from "../support/clients/callers.ts";
import { hostileBody } from "../support/hostile/bodies.ts";
import { watchPauses } from "../support/hostile/pauses.ts";
import { createRandom, pick, type Random } from "../support/hostile/random.ts";
import { hostileText } from "../support/hostile/texts.ts";
import { printTable } from "./statistics.ts";

const mediaTypes = ["text/markdown", "text/mdx", "text/html", "text/plain"] as const;
const named = 5;

/** One hostile input, and what handling it did to the event loop. */
interface Outcome {
  readonly kind: "document" | "body" | "answer";
  readonly recipe: string;
  readonly elapsed: number;
  readonly worked: number;
  readonly collecting: number;
}

type Trial = (next: Random) => Promise<{ kind: Outcome["kind"]; recipe: string }>;

/** Documents, bodies and answers made to be slow, and the longest pauses of the event loop that they cause. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      kilobytes: { type: "string", default: "1000" },
    },
  });
  const directory = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const quiet = { debug() {}, info() {}, warn() {}, error: console.error };
  const embedded = createPgliteDatabase({ directory, logger: quiet });
  await embedded.open();
  await migrate(embedded, { logger: quiet });
  const database = superviseDatabase(() => Promise.resolve(embedded), quiet);
  const docent = await createTestApp({ ADMIN_API_KEY: adminKey }, { database, logger: quiet });
  const next = createRandom(Number(values.seed));
  const size = Number(values.kilobytes) * 1000;
  const trials: readonly [Trial, ...Trial[]] = [
    () => readDocument(docent, next, size),
    () => sendBody(docent, next),
    () => readAnswer(next),
  ];
  // The first requests compile the code.
  for (let round = 0; round < 30; round += 1) await pick(next, trials)(next);

  const outcomes: Outcome[] = [];
  const pauses = watchPauses();
  const until = performance.now() + Number(values.seconds) * 1000;
  while (performance.now() < until) {
    pauses.longest();
    const trial = await pick(next, trials)(next);
    outcomes.push({ ...trial, ...pauses.longest() });
  }
  pauses.stop();
  await docent.close();
  await rm(directory, { recursive: true, force: true });
  report(outcomes, values.seed);
}

async function readDocument(docent: TestApp, next: Random, size: number) {
  const mediaType = pick(next, mediaTypes);
  const { text, recipe } = hostileText(next, next(next(4) === 0 ? size : size / 20) + 1);
  const document = { path: `${next(20)}.txt`, bytes: await textBytes(text), mediaType };
  const { failed } = await docent.app.ingest("fuzz", only(document), {
    missing: "keep",
    urlBase: "https://docs.example",
  });
  const failure = failed[0] === undefined ? "" : ` (${failed[0].failure})`;
  return {
    kind: "document" as const,
    recipe: `${mediaType} of ${kilobytes(text.length)}: ${recipe}${failure}`,
  };
}

async function* only(document: SourceDocument): AsyncGenerator<SourceDocument> {
  yield document;
}

async function sendBody(docent: TestApp, next: Random) {
  const { method, path, body } = hostileBody(next, 100_000);
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
  const response = await docent.fetch(path, { method, headers, body });
  await response.arrayBuffer();
  const recipe = `${method} ${path} ${body.slice(0, 60)}… of ${kilobytes(body.length)} → ${response.status}`;
  if (response.status >= 500) console.error(recipe);
  return { kind: "body" as const, recipe };
}

/** Reads an answer as the page does, in this process, because a browser's pauses cannot be told apart. */
async function readAnswer(next: Random) {
  const { text, recipe } = hostileText(next, 40_000);
  for (const block of createBlockReader().push(text)) {
    if ("cells" in block) block.cells.forEach(parseInline);
    else if ("text" in block) parseInline(settle(block.text));
  }
  return { kind: "answer" as const, recipe };
}

function report(outcomes: readonly Outcome[], seed: string): void {
  const rows: (string | number)[][] = [
    ["", "inputs", "longest pause, CPU ms", "the same, elapsed ms", "longest collection ms"],
  ];
  const lines: string[] = [];
  for (const kind of ["document", "body", "answer"] as const) {
    const own = outcomes.filter((each) => each.kind === kind).toSorted(byWork);
    const collecting = Math.max(...own.map((each) => each.collecting));
    const { worked = 0, elapsed = 0 } = own[0] ?? {};
    rows.push([kind, own.length, worked.toFixed(1), elapsed.toFixed(1), collecting.toFixed(1)]);
    const slowest = own.slice(0, named);
    lines.push(...slowest.map((each) => `  ${each.worked.toFixed(1)} ms  ${kind}: ${each.recipe}`));
  }
  printTable(rows);
  console.log(`\nLongest, with seed ${seed}:`);
  for (const line of lines) console.log(line.slice(0, 200));
}

function byWork(one: Outcome, other: Outcome): number {
  return other.worked - one.worked;
}

function kilobytes(length: number): string {
  return `${Math.ceil(length / 1000)} KB`;
}
