import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuTime, residentMegabytes, startChild, type ChildServer } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";

const streams = 500;
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** What a streamed token costs between a model's server and a client, beside a bare pass-through. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const model = await startChild(["test/bench/model-server.mjs"]);
  const servers = {
    "node:http pass-through": await startChild(["test/bench/pass-through.mjs"], {
      UPSTREAM: `${model.url}/v1/chat/completions`,
    }),
    docent: await startChild(["dist/server.js"], {
      DATA_DIR: folder,
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_MODEL: "bench",
      TRUSTED_PROXIES: "1",
    }),
  };
  await until(() => servers.docent.log().includes("documents ingested"));

  const figures: Record<string, Record<string, number>> = {};
  for (const [name, server] of Object.entries(servers)) figures[name] = await measure(server);
  await Promise.all([...Object.values(servers), model].map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
  printTable([
    ["", ...Object.keys(figures)],
    ...Object.keys(figures["docent"] ?? {}).map((what) => [
      what,
      ...Object.values(figures).map((each) => (each[what] ?? Number.NaN).toFixed(1)),
    ]),
  ]);
}

async function measure(server: ChildServer): Promise<Record<string, number>> {
  for (let index = 0; index < 3; index += 1) await ask(server, "20000 0");
  const fast = await costOfToken(server, 10, 1, "20000 0");
  const dripped = await costOfToken(server, 1, 1, "4000 1");
  const alone: FirstToken[] = [];
  for (let index = 0; index < 200; index += 1) alone.push(await ask(server, "2 0"));
  const crowd = await measureCrowd(server);
  return {
    "µs of CPU a token: 1 stream at full speed": fast,
    "1 stream, 1 token/ms": dripped,
    [`${streams} streams at full speed`]: await costOfToken(server, 1, streams, "2000 0"),
    [`${streams} streams, 20 tokens/s each`]: crowd.cost,
    [`KB a stream, ${streams} open`]: crowd.memory,
    "ms from the question to its first token, p50": median(alone, "wait"),
    "ms from the model to the client, p50": median(alone, "way"),
    [`the same with ${streams} open`]: median(crowd.firsts, "way"),
  };
}

function median(firsts: readonly FirstToken[], what: keyof FirstToken): number {
  return quantile(
    firsts.map((each) => each[what]),
    0.5,
  );
}

/** Microseconds a token; what a question costs whatever its answer's length is left out. */
async function costOfToken(server: ChildServer, rounds: number, width: number, question: string) {
  const [tokens = 0, gap = 0] = question.split(" ").map(Number);
  const work = async (message: string) => {
    const before = cpuTime(server.pid) ?? Number.NaN;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: width }, () => ask(server, message)));
    }
    return (cpuTime(server.pid) ?? Number.NaN) - before;
  };
  const short = await work(`2 ${gap}`);
  const long = await work(question);
  return (long - short) / (rounds * width * (tokens - 2));
}

/** Many streams open at once, each of them at a reader's pace. */
async function measureCrowd(server: ChildServer) {
  const seconds = 6;
  const question = `${(seconds + 14) * 20} 50`;
  await Promise.all(Array.from({ length: streams }, () => ask(server, "2 0")));
  await sleep(2000);
  const idle = residentMegabytes(server.pid) ?? Number.NaN;
  const open: Promise<unknown>[] = [];
  for (let index = 0; index < streams; index += 1) {
    open.push(ask(server, question));
    await sleep(4);
  }
  await sleep(1000);
  const before = cpuTime(server.pid) ?? Number.NaN;
  const startedAt = performance.now();
  const firsts: FirstToken[] = [];
  while (performance.now() - startedAt < seconds * 1000) {
    await sleep(300);
    firsts.push(await ask(server, "2 0"));
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  const used = (cpuTime(server.pid) ?? Number.NaN) - before;
  const memory = (((residentMegabytes(server.pid) ?? Number.NaN) - idle) * 1000) / streams;
  await Promise.all(open);
  return { cost: used / (elapsed * 20 * streams), memory, firsts };
}

/** Milliseconds from the question, and from the model's server, to the client. */
interface FirstToken {
  readonly wait: number;
  readonly way: number;
}

let asked = 0;

/** Somebody who has not asked before: what is measured is not the counting of one who asks a thousand times. */
function newcomer(): Record<string, string> {
  asked += 1;
  return { "x-forwarded-for": `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}` };
}

/** Asks and reads to the end. */
function ask(server: ChildServer, message: string): Promise<FirstToken> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let first: FirstToken | undefined;
    const question = request(
      `${server.url}/api/chat`,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", ...newcomer() },
      },
      (response) => {
        response.on("data", (chunk: Buffer) => {
          const left = first ? undefined : /first ([\d.]+) /.exec(chunk.toString())?.[1];
          if (left === undefined) return;
          const now = performance.now();
          first = { wait: now - startedAt, way: performance.timeOrigin + now - Number(left) };
        });
        response.on("end", () => {
          if (response.statusCode === 200 && first !== undefined) resolve(first);
          else reject(new Error(`answered ${response.statusCode} without a token`));
        });
        response.on("error", reject);
      },
    );
    question.on("error", reject);
    question.end(JSON.stringify({ message }));
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}
