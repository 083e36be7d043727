import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuTime, residentMegabytes, startChild, type ChildServer } from "./child-server.ts";
import { measureDialects } from "./dialects.ts";
import { printTable, quantile } from "./statistics.ts";

const streams = 500;
const repetitions = 3;
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
      // What is measured is the stream, not the embedding of its question.
      LOCAL_EMBEDDER: "off",
      ANSWER_TOKENS_MAX: "1000000",
    }),
  };
  await until(() => servers.docent.log().includes("documents ingested"));

  await until(() => isQuiet(servers.docent));

  const figures: Record<string, Record<string, number[]>> = {};
  for (const server of Object.values(servers)) {
    for (let index = 0; index < 3; index += 1) await ask(server, "20000 0");
  }
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    // In turns, so that what else the machine does falls on both.
    for (const [name, server] of Object.entries(servers)) {
      const measured = { ...(await measureOne(server)), ...(await measureCrowd(server)) };
      for (const [what, figure] of Object.entries(measured)) {
        ((figures[what] ??= {})[name] ??= []).push(figure);
      }
    }
  }
  const storing = await costOfStoring(servers.docent);
  await Promise.all([...Object.values(servers), model].map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
  printTable([
    ["", ...Object.keys(servers), "ratio"],
    ...Object.entries(figures).map(([what, byServer]) => {
      const [bare = Number.NaN, docent = Number.NaN] = Object.keys(servers).map((name) =>
        quantile(byServer[name] ?? [], 0.5),
      );
      return [what, bare.toFixed(1), docent.toFixed(1), (docent / bare).toFixed(2)];
    }),
  ]);
  printTable([
    ["AI SDK's dialect, 20 tokens/s", "µs of CPU a token"],
    ...Object.entries(storing).map(([name, cost]) => [name, cost.toFixed(1)]),
  ]);
  printTable([
    ["from parts to bytes", "µs of CPU a token"],
    ...Object.entries(await measureDialects()).map(([name, cost]) => [name, cost.toFixed(1)]),
  ]);
}

async function measureOne(server: ChildServer): Promise<Record<string, number>> {
  const alone: FirstToken[] = [];
  for (let index = 0; index < 40; index += 1) alone.push(await ask(server, "2 0"));
  return {
    "µs of CPU a token: 1 stream at full speed": await costOfToken(server, 10, 1, "20000 0"),
    "1 stream, 1 token/ms": await costOfToken(server, 1, 1, "4000 1"),
    [`${streams} streams at full speed`]: await costOfToken(server, 1, streams, "2000 0"),
    "ms from the question to its first token, p50": median(alone, "wait"),
    "ms from the model to the client, p50": median(alone, "way"),
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
async function measureCrowd(server: ChildServer): Promise<Record<string, number>> {
  await Promise.all(Array.from({ length: streams }, () => ask(server, "2 0")));
  await sleep(2000);
  const idle = residentMegabytes(server.pid) ?? Number.NaN;
  const firsts: FirstToken[] = [];
  const cost = await withOpen(server, streams, { message: chat }, async () => {
    await sleep(300);
    firsts.push(await ask(server, "2 0"));
  });
  return {
    [`${streams} streams, 20 tokens/s each`]: cost.used,
    [`KB a stream, ${streams} open`]: ((cost.memory - idle) * 1000) / streams,
    [`ms from the model to the client, ${streams} open, p50`]: median(firsts, "way"),
  };
}

/** What it costs to store a run with its log: the same streams unsaved, and saved for a guest. */
async function costOfStoring(server: ChildServer): Promise<Record<string, number>> {
  const response = await fetch(`${server.url}/api/auth/guest`, { method: "POST" });
  const { access_token: token } = (await response.json()) as { access_token: string };
  const saved = { message: uiMessage, headers: { authorization: `Bearer ${token}` } };
  const costs: Record<string, number[]> = {};
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const [name, how] of Object.entries({ unsaved: { message: uiMessage }, saved })) {
      const { used } = await withOpen(server, streams / 2, how, () => sleep(300));
      (costs[name] ??= []).push(used);
    }
  }
  return Object.fromEntries(
    Object.entries(costs).map(([name, each]) => [name, quantile(each, 0.5)]),
  );
}

/** Opens streams at 20 tokens a second; microseconds of CPU a token, and resident MB, while they run. */
async function withOpen(
  server: ChildServer,
  width: number,
  how: Question,
  meanwhile: () => Promise<void>,
) {
  const seconds = 5;
  const opening = (width * 4) / 1000;
  const question = `${Math.ceil(seconds + 4 * opening + 4) * 20} 50`;
  const open: Promise<unknown>[] = [];
  for (let index = 0; index < width; index += 1) {
    open.push(ask(server, question, how));
    await sleep(4);
  }
  await sleep(1000);
  const before = cpuTime(server.pid) ?? Number.NaN;
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) await meanwhile();
  const elapsed = (performance.now() - startedAt) / 1000;
  const used = ((cpuTime(server.pid) ?? Number.NaN) - before) / (elapsed * 20 * width);
  const memory = residentMegabytes(server.pid) ?? Number.NaN;
  await Promise.all(open);
  return { used, memory };
}

/** Whether a server does nothing: it has taken in its documents, and tidied up after that. */
async function isQuiet({ pid }: ChildServer): Promise<boolean> {
  const before = cpuTime(pid) ?? 0;
  await sleep(500);
  return (cpuTime(pid) ?? 0) - before < 20_000;
}

/** How a question is put. */
interface Question {
  readonly message: (text: string) => object;
  readonly headers?: Readonly<Record<string, string>>;
}

const chat = (message: string) => ({ message });
const uiMessage = (text: string) => ({
  id: crypto.randomUUID(),
  messages: [{ id: crypto.randomUUID(), role: "user", parts: [{ type: "text", text }] }],
});

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
function ask(
  server: ChildServer,
  message: string,
  { message: write, headers }: Question = { message: chat },
): Promise<FirstToken> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let first: FirstToken | undefined;
    const question = request(
      `${server.url}/api/chat`,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", ...newcomer(), ...headers },
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
    question.end(JSON.stringify(write(message)));
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
