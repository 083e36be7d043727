import { createRandom } from "../../support/hostile/random.ts";
import { runLosses, type LossResult } from "../../support/backup/losses.ts";
import { cleanUp } from "../../support/servers/server-process.ts";
import { startS3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { printTable, quantile } from "../statistics.ts";
import { settingsOf } from "./bucket-settings.ts";

export interface LossBench {
  readonly kills: number;
  readonly updates: number;
  /** Servers, each with its own bucket, at the same time: most of a round is waiting. */
  readonly lanes: number;
  readonly seed: number;
}

/** Holders are silent for 15 s before they are fenced; after a kill nothing else depends on it. */
const silenceAfterKill = 1500;
const promiseMilliseconds = 10_000;

/** Servers that lose their disks, and servers that are replaced while they work: what is missing afterwards. */
export async function runLossBench(bench: LossBench): Promise<void> {
  const rows: (string | number)[][] = [
    [
      "what ends a server",
      "times",
      "while starting",
      "acknowledged",
      "lost",
      "halves",
      "unsent s, max",
      "start ms p50",
      "p99",
      "minutes",
    ],
  ];
  for (const how of ["kill", "replace"] as const) {
    const total = how === "kill" ? bench.kills : bench.updates;
    if (total === 0) continue;
    const began = performance.now();
    const results = await runLanes(how, total, bench);
    const minutes = (performance.now() - began) / 60_000;
    rows.push(rowOf(how === "kill" ? "SIGKILL, disk wiped" : "an update", results, minutes));
    console.log(how, "refusals:", JSON.stringify(sumOf(results)));
  }
  printTable(rows);
  console.log(
    `Kills: changes are sent every 5 s as usual; a silent holder is fenced after ${silenceAfterKill} ms instead of 15 s.`,
  );
  console.log("Updates: everything is 20 times as often, but for the 15 s.");
}

async function runLanes(
  how: "kill" | "replace",
  total: number,
  { lanes, seed }: LossBench,
): Promise<LossResult[]> {
  const done = new Map<number, LossResult>();
  const runLane = async (lane: number) => {
    const rounds = Math.floor(total / lanes) + (lane < total % lanes ? 1 : 0);
    if (rounds === 0) return;
    const s3 = await startS3Process();
    await runLosses(how, {
      environment: settingsOf(s3),
      rounds,
      workMilliseconds: how === "kill" ? 8000 : 2000,
      haste:
        how === "kill" ? { times: 1, silence: silenceAfterKill } : { times: 20, silence: 15_000 },
      random: createRandom(seed + lane),
      pauseMilliseconds: 100,
      killsWhileStarting: true,
      promiseMilliseconds,
      onRound(result) {
        tellTrouble(`lane ${lane}`, result, done.get(lane));
        done.set(lane, result);
        const all = [...done.values()];
        const ended = all.reduce((sum, each) => sum + each.rounds, 0);
        const lost = all.reduce((sum, each) => sum + each.lost.length + each.halves.length, 0);
        if (ended % 10 === 0) console.log(how, ended, "of", total, "lost or half:", lost);
      },
    });
    await s3.stop();
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
  await cleanUp();
  return [...done.values()];
}

/** What the last round has lost. */
function tellTrouble(lane: string, result: LossResult, before: LossResult | undefined): void {
  const { lost, halves, unstored } = result;
  const seconds = ((unstored.at(-1) ?? 0) / 1000).toFixed(1);
  for (const each of new Set(lost.slice(before?.lost.length)))
    console.log(`${lane}: lost ${each}; the oldest change was unsent for ${seconds} s`);
  for (const each of new Set(halves.slice(before?.halves.length)))
    console.log(`${lane}: half of ${each}`);
}

function rowOf(name: string, results: readonly LossResult[], minutes: number): (string | number)[] {
  const sum = (of: (result: LossResult) => number) =>
    results.reduce((before, result) => before + of(result), 0);
  const starts = results.flatMap((result) => result.starts);
  const unstored = results.flatMap((result) => result.unstored);
  return [
    name,
    sum(({ rounds }) => rounds),
    sum(({ early }) => early),
    sum(({ acknowledged }) => acknowledged),
    sum(({ lost }) => lost.length),
    sum(({ halves }) => halves.length),
    unstored.length === 0 ? "–" : (Math.max(...unstored) / 1000).toFixed(1),
    Math.round(quantile(starts, 0.5)),
    Math.round(quantile(starts, 0.99)),
    minutes.toFixed(1),
  ];
}

function sumOf(results: readonly LossResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { refusals } of results)
    for (const [name, count] of Object.entries(refusals))
      counts[name] = (counts[name] ?? 0) + count;
  return counts;
}
