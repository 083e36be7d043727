import type { ChatStore, EndedAnswer } from "../turns/store.ts";
import type { Checkpoint } from "../turns/store-checkpoints.ts";
import { toLogged } from "../turns/kept-parts.ts";
import type { RunWriter } from "../turns/run.ts";

/**
 * Milliseconds between two saves of an unfinished answer, so that a killed process keeps its partial text. Each save
 * renews the answer, with text or without: one that is not renewed for 4.25 s counts as interrupted.
 */
const checkpointMilliseconds = 2000;
/** Answers due within this many milliseconds are saved in the same statement. */
const companyMilliseconds = 500;
/** Answers per statement, so that no other statement waits long. */
const answersAtOnce = 100;

export interface WatchedAnswer {
  readonly id: string;
  row(): Pick<EndedAnswer, "sources" | "toolCalls">;
  readonly run: Pick<RunWriter, "partsFrom" | "stop">;
}

interface Watch {
  readonly answer: WatchedAnswer;
  /** What the database has. */
  saved: Snapshot;
  lookedAt: number;
}

interface Snapshot {
  /** JSON, as `toolCalls`. */
  readonly sources: string;
  readonly toolCalls: string;
  /** The position until which the log has the run's parts. */
  readonly until: number;
}

const nothing: Snapshot = { sources: "[]", toolCalls: "[]", until: 0 };

interface DueWatch {
  readonly watch: Watch;
  readonly snapshot: Snapshot;
  readonly checkpoint: Checkpoint;
}

/**
 * Saves unfinished answers every 2 s, with their new parts for the log, those due at the same time in one statement;
 * and stops those that another instance asks to stop, or has deleted. Each answer has its own timer, because some
 * platforms stop a timer when the request that set it ends.
 */
export function createCheckpoints(store: Pick<ChatStore, "saveGrowing">) {
  const watches = new Set<Watch>();

  const saveDue = async () => {
    const now = performance.now();
    const due: DueWatch[] = [];
    for (const watch of watches) {
      if (now - watch.lookedAt < checkpointMilliseconds - companyMilliseconds) continue;
      watch.lookedAt = now;
      due.push(lookAt(watch));
    }
    for (let start = 0; start < due.length; start += answersAtOnce) {
      // The next checkpoint, or the final save, makes up for a failed one; the others are due now.
      await save(due.slice(start, start + answersAtOnce)).catch(() => undefined);
    }
  };

  const save = async (some: readonly DueWatch[]) => {
    const goingOn = new Set(await store.saveGrowing(some.map(({ checkpoint }) => checkpoint)));
    for (const { watch, snapshot } of some) {
      watch.saved = snapshot;
      if (watches.has(watch) && !goingOn.has(watch.answer.id)) watch.answer.run.stop();
    }
  };

  return {
    /**
     * Saves the answer every 2 s until the returned function is called, which returns the position until which the
     * log has the answer's parts.
     */
    watch(answer: WatchedAnswer): () => number {
      const lookedAt = performance.now();
      const watch: Watch = { answer, saved: nothing, lookedAt };
      const rest = () => watch.lookedAt + checkpointMilliseconds - performance.now();
      const look = () => {
        // Not where it has just been saved with others: there would be a statement for each answer again.
        if (rest() <= 0) void saveDue();
        timer = setTimeout(look, Math.max(rest(), 1));
      };
      let timer = setTimeout(look, checkpointMilliseconds);
      watches.add(watch);
      return () => {
        clearTimeout(timer);
        watches.delete(watch);
        return watch.saved.until;
      };
    },
  };
}

export type Checkpoints = ReturnType<typeof createCheckpoints>;

/** Sends only what has changed: reading JSON again costs the database as much as the whole log. */
function lookAt(watch: Watch): DueWatch {
  const { answer, saved } = watch;
  const { sources: cited, toolCalls: calls } = answer.row();
  const log = toLogged(answer.run.partsFrom(saved.until), saved.until);
  const sources = JSON.stringify(cited);
  const toolCalls = JSON.stringify(calls);
  return {
    watch,
    snapshot: { sources, toolCalls, until: log.until },
    checkpoint: {
      id: answer.id,
      sources: sources === saved.sources ? "" : sources,
      toolCalls: toolCalls === saved.toolCalls ? "" : toolCalls,
      log,
    },
  };
}
