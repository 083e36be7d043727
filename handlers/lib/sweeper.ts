import { describeCause } from "./describe-cause.ts";
import type { Logger } from "../ports/logger.ts";

/** Removes some of what nobody needs any more, in one short statement. How much it was; 0 when nothing is left. */
export type Sweep = () => Promise<number>;

const minute = 60_000;
const hour = 60 * minute;
/** Statements of one sweep in a pass: what is left has time until the next. */
const mostRounds = 20;

/** Not all instances at the same moment. */
function aboutAnHour(): number {
  return hour * (0.9 + Math.random() / 5);
}

export interface Sweeper {
  /** A pass through all sweeps now. How many rows each removed. */
  readonly sweep: () => Promise<Record<string, number>>;
  /** A pass in a minute, then about every hour in which there was something to do. */
  start(): void;
  /** Where no timer runs between requests: a pass if one is due by now, milliseconds since 1970. Never throws. */
  runIfDue(now: number): Promise<void>;
  /** That somebody used the database: a quiet one is left asleep. */
  readonly noteUse: () => void;
  /** Ends a pass under way after its statement. */
  stop(): Promise<void>;
}

/** Tidies in the background. A sweep that fails is logged and tried again with the next pass. */
export function createSweeper(sweeps: Readonly<Record<string, Sweep>>, logger: Logger): Sweeper {
  let life: "new" | "started" | "stopped" = "new";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pass: Promise<unknown> = Promise.resolve();
  let isUsed = true;
  let dueAt: number | undefined;

  async function repeat(name: string, sweep: Sweep): Promise<number> {
    let total = 0;
    try {
      for (let round = 0; round < mostRounds; round += 1) {
        if (life === "stopped") break;
        const count = await sweep();
        if (count === 0) break;
        total += count;
      }
    } catch (error) {
      logger.warn("sweeping failed", { what: name, cause: describeCause(error) });
    }
    return total;
  }

  async function sweepAll(): Promise<Record<string, number>> {
    const swept: Record<string, number> = {};
    for (const [name, sweep] of Object.entries(sweeps)) swept[name] = await repeat(name, sweep);
    if (Object.values(swept).some((count) => count > 0)) logger.info("swept", swept);
    return swept;
  }

  function schedule(milliseconds: number): void {
    timer = setTimeout(() => {
      if (isUsed) pass = sweepAll();
      isUsed = false;
      schedule(aboutAnHour());
    }, milliseconds);
  }

  return {
    sweep: sweepAll,
    start() {
      if (life !== "new") return;
      life = "started";
      schedule(minute);
    },
    async runIfDue(now) {
      dueAt ??= now + minute;
      if (now < dueAt || !isUsed) return;
      isUsed = false;
      dueAt = now + aboutAnHour();
      await sweepAll();
    },
    noteUse() {
      isUsed = true;
    },
    async stop() {
      life = "stopped";
      clearTimeout(timer);
      await pass;
    },
  };
}
