import { setTimeout as sleep } from "node:timers/promises";
import { residentMegabytes, threadTime, type ChildServer } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";
import { askOnce, openStreams } from "./stream-client.ts";
import { startStreamServers } from "./stream-servers.ts";

const repetitions = 5;
const streams = 500;
const most = 2000;

type During = Awaited<ReturnType<typeof startStreamServers>>["during"];
type Figures = Record<string, number>;

/** What a token that comes alone costs between a model's server and a client, beside a bare pass-through. */
export async function run(): Promise<void> {
  const { servers, during, startReader, stop } = await startStreamServers();
  for (const server of Object.values(servers)) {
    for (let index = 0; index < 3; index += 1) await askOnce(server, "20000 0");
  }
  const figures: Record<string, Record<string, number[]>> = {};
  const measureTogether = (server: ChildServer) => measureCrowd(server, during);
  // One stream first: after many, the database vacuums for as long as one stream is measured.
  for (const measure of [measureOne, measureTogether]) {
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // In turns, so that what else the machine does falls on both.
      for (const [name, server] of Object.entries(servers)) {
        for (const [what, figure] of Object.entries(await measure(server))) {
          ((figures[what] ??= {})[name] ??= []).push(figure);
        }
      }
    }
  }
  const crowds: string[][] = [];
  for (const [name, server] of Object.entries(servers)) {
    const { gaps, memory } = await measureMost(server, during);
    (figures[`KB a stream, from ${streams} to ${most} open`] ??= {})[name] = [memory];
    crowds.push([name, ...gaps.map((gap) => gap.toFixed(1))]);
  }
  printTable([
    [`median of ${repetitions}`, "node:http pass-through", "docent", "ratio", "difference"],
    ...Object.entries(figures).map(([what, { bare = [], docent = [] }]) => {
      const [one, other] = [quantile(bare, 0.5), quantile(docent, 0.5)];
      return [what, ...[one, other, other / one, other - one].map((each) => each.toFixed(2))];
    }),
  ]);
  printTable([
    [`${most} streams, 20 tokens/s each: ms between two tokens`, "p50", "p99", "longest"],
    ...crowds,
  ]);
  const reader = await startReader();
  const waits = await measureWaits(reader);
  console.log(
    `question to first token, retrieval included, p50: ${quantile(waits, 0.5).toFixed(1)} ms`,
  );
  await reader.stop();
  await stop();
}

/** Milliseconds from a question to its first token; the first questions are left out. */
async function measureWaits(server: ChildServer): Promise<number[]> {
  const waits: number[] = [];
  for (let count = 0; count < 120; count += 1) {
    const began = performance.now();
    const { ended } = await openStreams(server, 1, "2 0");
    waits.push(performance.now() - began);
    await ended;
  }
  return waits.slice(40);
}

async function measureOne(server: ChildServer): Promise<Figures> {
  const tokens = 1500;
  const before = threadTime(server.pid);
  await askOnce(server, "2 0");
  const between = threadTime(server.pid);
  await askOnce(server, `${tokens} 1`);
  // What a question costs whatever its answer's length is left out.
  const used = threadTime(server.pid) - between - (between - before);
  return { "µs of CPU a token, 1 stream, 1 token/ms": used / tokens };
}

/** Many streams open at once, each at a reader's pace. */
async function measureCrowd(server: ChildServer, during: During): Promise<Figures> {
  const { watch, ended } = await openStreams(server, streams, "held 50");
  const figures = await during(async () => {
    const seen = watch();
    const before = threadTime(server.pid);
    await sleep(3000);
    const used = threadTime(server.pid) - before;
    return {
      [`µs of CPU a token, ${streams} streams, 20 tokens/s each`]: used / seen.tokens,
      [`ms from the model to the client, ${streams} open, p50`]: quantile(seen.ways, 0.5),
    };
  });
  await ended;
  return figures;
}

/** More streams than the process has had before: only they take memory that it has not yet. */
async function measureMost(server: ChildServer, during: During) {
  const resident = () => residentMegabytes(server.pid) ?? Number.NaN;
  const first = await openStreams(server, streams, "held 50");
  const before = resident();
  const { watch, ended } = await openStreams(server, most - streams, "held 50");
  const memory = ((resident() - before) * 1000) / (most - streams);
  const gaps = await during(async () => {
    const seen = watch();
    await sleep(4000);
    return [0.5, 0.99, 1].map((share) => quantile(seen.gaps, share));
  });
  await Promise.all([first.ended, ended]);
  return { gaps, memory };
}
