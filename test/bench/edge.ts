import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { startWorker } from "../support/servers/workerd.ts";
import { printTable, quantile } from "./statistics.ts";

const rounds = 9;
const empty = `export default { fetch: () => new Response("{}") };`;

/** The worker's bundle, and workerd's start to the first 200 on /health with it beside an empty worker. */
export async function run(): Promise<void> {
  const code = readFileSync("dist/cloudflare/worker.js");
  const times = { empty: [] as number[], docent: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.empty.push(await timeStart({ code: empty }));
    times.docent.push(await timeStart({}));
  }
  const [bare, ours] = [quantile(times.empty, 0.5), quantile(times.docent, 0.5)];
  printTable([
    ["", "KB", "KB gzipped"],
    ["the worker's bundle", kilobytes(code), kilobytes(gzipSync(code, { level: 9 }))],
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

function kilobytes({ length }: Uint8Array): string {
  return (length / 1024).toFixed(1);
}
