import { runTurns } from "../support/clients/turns.ts";
import { printTable } from "./statistics.ts";

/** Chat turns with the database restarted in between: what was acknowledged is there afterwards. */
export async function run(args: readonly string[]): Promise<void> {
  const [turns = 1000, restarts = 10] = args.map(Number);
  const result = await runTurns({ turns, restarts, openMilliseconds: 1000 });
  printTable([
    ["turns", "restarts", "acknowledged", "of those lost", "refused", "unclear", "crashes", "s"],
    [
      String(turns),
      String(restarts),
      String(result.acknowledged),
      String(result.lost),
      String(result.refused),
      String(result.unclear.length),
      String(result.crashes.length),
      result.seconds.toFixed(1),
    ],
  ]);
  for (const each of new Set([...result.unclear, ...result.crashes])) console.log(each);
}
