import { runKills } from "../support/clients/kills.ts";
import { cleanUp } from "../support/servers/server-process.ts";
import { printTable, quantile } from "./statistics.ts";

/** The built server killed again and again under load: what was acknowledged is there afterwards. */
export async function run([kills = "200"]: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const result = await runKills({ kills: Number(kills), workMilliseconds: 1500 });
  await cleanUp();
  printTable([
    ["kills", "acknowledged", "of those lost", "halves", "unclear", "start ms p50", "p99", "s"],
    [
      kills,
      result.acknowledged,
      result.lost.length,
      result.halves.length,
      result.unclear.length,
      Math.round(quantile(result.starts, 0.5)),
      Math.round(quantile(result.starts, 0.99)),
      Math.round((performance.now() - startedAt) / 1000),
    ],
  ]);
  for (const each of new Set([...result.lost, ...result.halves, ...result.unclear]))
    console.log(each);
}
