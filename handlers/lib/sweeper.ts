import { describeCause } from "./describe-cause.ts";
import type { Logger } from "../ports/logger.ts";

/** Deletes some expired or unused rows in one short statement. Returns how many; 0 when none are left. */
export type Sweep = () => Promise<number>;

const minute = 60_000;
const hour = 60 * minute;
/** The most statements of one sweep in a pass; the next pass, a minute later, deletes the rest. */
const mostRounds = 20;

/** 54 to 66 minutes in milliseconds, so that instances do not all sweep at the same moment. */
function aboutAnHour(): number {
  return hour * (0.9 + Math.random() / 5);
}

export interface Sweeper {
  /** Runs all sweeps now; returns how many rows each deleted. */
  readonly sweep: () => Promise<Record<string, number>>;
  /**
   * Runs a pass in a minute, then about every hour if the database was used since the last one; again in a minute
   * where a pass left rows behind.
   */
  start(): void;
  /**
   * Runs a pass if one is due, on platforms where no timer runs between requests. Never throws.
   *
   * @param now by the monotonic clock, in milliseconds
   */
  runIfDue(now: number): Promise<void>;
  /** Notes a use of the database: without any, no pass runs, so that an idle database stays asleep. */
  readonly noteUse: () => void;
  /** Ends a pass under way, after its current statement. */
  stop(): Promise<void>;
}

/** Deletes expired and unused rows in the background. A sweep that fails is logged and repeated in the next pass. */
export function createSweeper(sweeps: Readonly<Record<string, Sweep>>, logger: Logger): Sweeper {
  let life: "new" | "started" | "stopped" = "new";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pass: Promise<unknown> = Promise.resolve();
  let isUsed = true;
  let dueAt: number | undefined;
  let leavesRows = false;

  async function repeat(name: string, sweep: Sweep): Promise<number> {
    let total = 0;
    try {
      for (let round = 0; round < mostRounds; round += 1) {
        if (life === "stopped") return total;
        const count = await sweep();
        if (count === 0) return total;
        total += count;
      }
      leavesRows = true;
    } catch (error) {
      logger.warn("sweeping failed", { what: name, cause: describeCause(error) });
    }
    return total;
  }

  async function sweepAll(): Promise<Record<string, number>> {
    leavesRows = false;
    const swept: Record<string, number> = {};
    for (const [name, sweep] of Object.entries(sweeps)) swept[name] = await repeat(name, sweep);
    if (Object.values(swept).some((count) => count > 0)) logger.info("swept", swept);
    return swept;
  }

  /** Milliseconds until the pass after the one that has just ended. */
  const pause = () => (leavesRows ? minute : aboutAnHour());

  function schedule(milliseconds: number): void {
    timer = setTimeout(() => {
      pass = sweepIfUseful().finally(() => {
        if (life !== "stopped") schedule(pause());
      });
    }, milliseconds);
  }

  async function sweepIfUseful(): Promise<void> {
    if (!isUsed && !leavesRows) return;
    isUsed = false;
    await sweepAll();
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
      if (now < dueAt || (!isUsed && !leavesRows)) return;
      // Before the pass, so that requests meanwhile start no second one.
      dueAt = now + aboutAnHour();
      await sweepIfUseful();
      if (leavesRows) dueAt = now + minute;
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
