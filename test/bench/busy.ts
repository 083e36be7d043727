import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";
import { createSyntheticText } from "./synthetic-text.ts";

const megabytes = 10;
const passagesInDocument = 12;

/** A running stream and searches, first alone and then while the server takes in a folder of 10 MB. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const seen = join(folder, "documents");
  await mkdir(seen);
  const questions = await writeDocuments(seen, 0.5, "first");
  const script = ["--import", "./test/bench/sql-files.ts", "test/bench/ticking-server.ts"];
  const environment = { DATA_DIR: join(folder, "data"), DOCUMENTS_DIR: seen };
  const first = await startChild(script, environment);
  await until(() => first.log(), "documents ingested");
  const alone = await measure(first.url, questions, () => sleep(5000));
  await first.stop();

  await writeDocuments(seen, megabytes, "second");
  const second = await startChild(script, environment);
  await sleep(500);
  const startedAt = performance.now();
  const busy = await measure(second.url, questions, () =>
    until(() => second.log(), "documents ingested"),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await second.stop();
  await rm(folder, { recursive: true, force: true });

  printTable([
    ["", "gap of a 10 ms stream p50 ms", "p99 ms", "longest ms", "search p50 ms", "p95 ms"],
    row("alone", alone),
    row(`while ${megabytes} MB go in (${seconds.toFixed(1)} s)`, busy),
  ]);
}

function row(name: string, { gaps, searches }: Figures): string[] {
  return [
    name,
    quantile(gaps, 0.5).toFixed(1),
    quantile(gaps, 0.99).toFixed(1),
    Math.max(...gaps).toFixed(1),
    quantile(searches, 0.5).toFixed(1),
    quantile(searches, 0.95).toFixed(1),
  ];
}

interface Figures {
  readonly gaps: number[];
  readonly searches: number[];
}

async function measure(
  url: string,
  questions: readonly string[],
  work: () => Promise<unknown>,
): Promise<Figures> {
  const stop = new AbortController();
  const gaps: number[] = [];
  const reading = readGaps(url, gaps, stop.signal);
  const searches: number[] = [];
  const state = { isDone: false };
  const working = work().finally(() => (state.isDone = true));
  for (let index = 0; !state.isDone; index += 1) {
    const query = encodeURIComponent(questions[index % questions.length] ?? "");
    const startedAt = performance.now();
    await (await fetch(`${url}/api/search?q=${query}`)).text();
    searches.push(performance.now() - startedAt);
    await sleep(20);
  }
  await working;
  stop.abort();
  await reading;
  return { gaps, searches };
}

/** Milliseconds between the chunks of a chat's stream, as its reader sees them. */
async function readGaps(url: string, gaps: number[], signal: AbortSignal): Promise<void> {
  const response = await fetch(`${url}/api/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "tick" }),
    signal,
  });
  let last: number | undefined;
  try {
    for await (const _ of response.body ?? []) {
      const now = performance.now();
      if (last !== undefined) gaps.push(now - last);
      last = now;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Writes so many megabytes of Markdown, and returns some questions it answers. */
async function writeDocuments(folder: string, size: number, name: string): Promise<string[]> {
  const text = createSyntheticText({ seed: name.length });
  const questions: string[] = [];
  for (let index = 0, written = 0; written < size * 1e6; index += 1) {
    const passages = Array.from({ length: passagesInDocument }, () => text.passage());
    const content = passages.map((passage, part) => `## Part ${part}\n\n${passage}\n`).join("\n");
    await writeFile(join(folder, `${name}-${index}.md`), content);
    written += content.length;
    questions.push(passages[0]?.split(" ").slice(5, 14).join(" ") ?? "");
  }
  return questions;
}

async function until(log: () => string, text: string): Promise<void> {
  while (!log().includes(text)) await sleep(20);
}
