import type { ChatStore, GrowingAnswer } from "../turns/store.ts";

/** An answer in the making is saved this often, so that a killed process keeps its partial text. */
const checkpointMilliseconds = 2000;
/** One that is due this soon goes with the one that is due now. */
const companyMilliseconds = 100;
/** A silent one is saved too, every so many times: whoever reads it must see that it is alive. */
const checkpointsBetweenSigns = 5;
/** Answers of one statement: whoever waits behind it must not wait long. */
const answersAtOnce = 100;

export interface WatchedAnswer {
  /** Counts whatever is worth saving. */
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
 * Keeps the rows of growing answers up to date, those due at the same time in one statement. Each has a
 * timer of its own all the same: some platforms stop a timer with the request that set it.
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
    /** Saves the answer every two seconds until the function returned is called. */
    watch(answer: WatchedAnswer): () => void {
      const lookedAt = performance.now();
      const watch: Watch = { answer, savedChanges: 0, silences: 0, lookedAt };
      const look = () => {
        // What fails is made up for by the next one, or by the answer's own saving.
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
