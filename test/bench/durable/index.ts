import { parseArgs } from "node:util";
import { runCostBench } from "./cost.ts";
import { runHourBench } from "./hour.ts";
import { runLossBench } from "./losses.ts";
import { runOutageBench } from "./outage.ts";
import { runRestoreBench } from "./restore.ts";

/** What the backup keeps when disks are lost, and what it costs; a part of it where one is named. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      kills: { type: "string", default: "200" },
      updates: { type: "string", default: "100" },
      lanes: { type: "string", default: "3" },
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: "1" },
    },
  });
  const isWanted = (part: string) => positionals.length === 0 || positionals.includes(part);
  if (isWanted("losses")) {
    await runLossBench({
      kills: Number(values.kills),
      updates: Number(values.updates),
      lanes: Number(values.lanes),
      seed: Number(values.seed),
    });
  }
  if (isWanted("restore")) await runRestoreBench([1000, 10_000]);
  if (isWanted("outage")) await runOutageBench(Number(values.minutes), Number(values.seed));
  if (isWanted("hour")) await runHourBench();
  if (isWanted("cost")) await runCostBench();
}
