import type { ChatStore, GrowingAnswer } from "../turns/store.ts";

/** Milliseconds between two saves of an unfinished answer, so that a killed process keeps its partial text. */
const checkpointMilliseconds = 2000;
/** Answers due within this many milliseconds are saved in the same statement. */
const companyMilliseconds = 100;
/**
 * An answer without new text is saved at every fifth checkpoint (10 s), because one unsaved for 30 s counts as
 * interrupted.
 */
const checkpointsBetweenSigns = 5;
/** Answers per statement, so that no other statement waits long. */
const answersAtOnce = 100;

export interface WatchedAnswer {
  /** The number of changes so far. */
  changes(): number;
  row(): GrowingAnswer;
}

interface Watch {
  readonly answer: WatchedAnswer;
  savedChanges: number;
  silences: number;
  lookedAt: number;
}

/**
 * Saves unfinished answers every 2 s, those due at the same time in one statement. Each answer has its own
 * timer, because some platforms stop a timer when the request that set it ends.
 */
export function createCheckpoints(store: Pick<ChatStore, "saveGrowing">) {
  const watches = new Set<Watch>();

  const saveDue = async () => {
    const now = performance.now();
    const due: { watch: Watch; changes: number; row: GrowingAnswer }[] = [];
    for (const watch of watches) {
      if (now - watch.lookedAt < checkpointMilliseconds - companyMilliseconds) continue;
      watch.lookedAt = now;
      watch.silences += 1;
      const changes = watch.answer.changes();
      const isSilent = changes === watch.savedChanges;
      if (isSilent && watch.silences < checkpointsBetweenSigns) continue;
      due.push({ watch, changes, row: watch.answer.row() });
    }
    for (let start = 0; start < due.length; start += answersAtOnce) {
      const some = due.slice(start, start + answersAtOnce);
      await store.saveGrowing(some.map(({ row }) => row));
      for (const { watch, changes } of some) {
        watch.savedChanges = changes;
        watch.silences = 0;
      }
    }
  };

  return {
    /** Saves the answer every 2 s until the returned function is called. */
    watch(answer: WatchedAnswer): () => void {
      const lookedAt = performance.now();
      const watch: Watch = { answer, savedChanges: 0, silences: 0, lookedAt };
      const look = () => {
        // The next checkpoint, or the final save, makes up for a failed one.
        saveDue().catch(() => undefined);
        const rest = watch.lookedAt + checkpointMilliseconds - performance.now();
        timer = setTimeout(look, rest);
      };
      let timer = setTimeout(look, checkpointMilliseconds);
      watches.add(watch);
      return () => {
        clearTimeout(timer);
        watches.delete(watch);
      };
    },
  };
}

export type Checkpoints = ReturnType<typeof createCheckpoints>;
