import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { startWorker } from "../support/servers/workerd.ts";
import { printTable, quantile } from "./statistics.ts";

const rounds = 9;
const importing = /\b(?:from|import|import\()"(\.\/[\w-]+\.js)"/g;
const empty = `export default { fetch: () => new Response("{}") };`;

/** The worker's bundle, and workerd's start to the first 200 on /health with it beside an empty worker. */
export async function run(): Promise<void> {
  const times = { empty: [] as number[], docent: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.empty.push(await timeStart({ code: empty }));
    times.docent.push(await timeStart({}));
  }
  const [bare, ours] = [quantile(times.empty, 0.5), quantile(times.docent, 0.5)];
  printTable([
    ["", "KB", "KB gzipped"],
    sizeRow("the worker's bundle", importing),
    sizeRow("of it, without MCP's SDK", importing, "subscriptions/listen"),
    sizeRow("of it, loaded at the start", /\b(?:from|import)"(\.\/[\w-]+\.js)"/g),
  ]);
  printTable([
    [`workerd start to the first 200, median of ${rounds}`, "ms", "×"],
    ["empty worker", Math.round(bare), ""],
    ["docent", Math.round(ours), (ours / bare).toFixed(2)],
  ]);
}

async function timeStart(options: { readonly code?: string }): Promise<number> {
  const startedAt = performance.now();
  const worker = await startWorker(options);
  const milliseconds = performance.now() - startedAt;
  await worker.stop();
  return milliseconds;
}

/**
 * The size of the worker with what it imports by such statements, and gzipped.
 *
 * @param without leaves out the chunks that hold this text, and those that only they import
 */
function sizeRow(name: string, pattern: RegExp, without?: string): string[] {
  const files = new Map<string, Buffer>();
  const visit = (file: string): void => {
    const code = readFileSync(join("dist/cloudflare", file));
    if (without !== undefined && code.includes(without)) return;
    files.set(file, code);
    for (const [, chunk = ""] of code.toString().matchAll(pattern))
      if (!files.has(chunk)) visit(chunk);
  };
  visit("./worker.js");
  const code = Buffer.concat([...files.values()]);
  return [name, kilobytes(code), kilobytes(gzipSync(code, { level: 9 }))];
}

function kilobytes({ length }: Uint8Array): string {
  return (length / 1024).toFixed(1);
}
