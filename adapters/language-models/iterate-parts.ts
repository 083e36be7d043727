import type { ModelPart } from "../../handlers/ports/language-model.ts";

/** Takes a part of an answer. */
export type Say = (part: ModelPart) => void;

/**
 * The parts that `speak` says, for a reader who takes each at once; `speak` begins when the first is asked for. Models
 * say their parts by calls, which become an iterator only here: a generator holds each part up for three microtasks.
 *
 * @param speak ends early, without an error, when its signal aborts: the caller aborts or the reader leaves
 */
export function iterateParts(
  speak: (say: Say, signal: AbortSignal) => Promise<void>,
  caller: AbortSignal,
): AsyncIterableIterator<ModelPart, void, void> {
  type Step = IteratorResult<ModelPart, void>;
  const waiting: ModelPart[] = [];
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  let deliver: ((step: Step | Promise<Step>) => void) | undefined;
  let ended: Promise<Step> | undefined;
  let isOver = false;

  const say: Say = (part) => {
    if (!deliver) return void waiting.push(part);
    const give = deliver;
    deliver = undefined;
    give({ done: false, value: part });
  };
  const begin = async (): Promise<Step> => {
    if (caller.aborted) stop();
    else caller.addEventListener("abort", stop, { once: true });
    try {
      await speak(say, stopping.signal);
      return { done: true, value: undefined };
    } finally {
      caller.removeEventListener("abort", stop);
      isOver = true;
      if (ended) deliver?.(ended);
    }
  };

  return {
    next() {
      if (!ended) {
        ended = begin();
        // A reader who has left does not hear of a failure.
        ended.catch(() => undefined);
      }
      const part = waiting.shift();
      if (part) return Promise.resolve({ done: false, value: part });
      if (isOver || deliver) return ended;
      return new Promise((resolve) => (deliver = resolve));
    },
    return() {
      stop();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
