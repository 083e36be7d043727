import type { PortFailure } from "../../handlers/ports/failure.ts";
import { silenceFailure } from "./failures.ts";

/** Longest wait for usage and `[DONE]` after the finish reason. */
const endingMilliseconds = 2000;

interface Limits {
  /** Milliseconds. */
  readonly firstTokenTimeout: number;
  readonly idleTimeout: number;
}

/**
 * Aborts a request when nothing of the answer comes for too long, or when the caller aborts. Heartbeats do
 * not count as an answer. A token only notes the time; the timer checks it when it fires.
 */
export function watchSilence(name: string, limits: Limits, caller: AbortSignal) {
  const controller = new AbortController();
  let limit = limits.firstTokenTimeout;
  let since = performance.now();
  let what = "said nothing";
  let failure: PortFailure | undefined;

  const look = () => {
    const left = since + limit - performance.now();
    if (left > 1) {
      timer = setTimeout(look, left);
      return;
    }
    failure = silenceFailure(name, what);
    controller.abort();
  };
  let timer = setTimeout(look, limit);
  const giveUp = () => controller.abort();
  caller.addEventListener("abort", giveUp, { once: true });

  return {
    /** The request's signal. */
    signal: controller.signal,
    /** Notes that a piece of the answer was received. */
    heard(): void {
      since = performance.now();
      if (limit === limits.idleTimeout) return;
      limit = limits.idleTimeout;
      what = "fell silent";
      clearTimeout(timer);
      timer = setTimeout(look, limit);
    },
    /** Notes the finish reason: from now on 2 s until the stream ends, unless more of the answer comes. */
    ending(): void {
      if (limit === endingMilliseconds) return;
      since = performance.now();
      limit = endingMilliseconds;
      clearTimeout(timer);
      timer = setTimeout(look, limit);
    },
    /** The failure, if the request was aborted for silence. */
    failure: () => failure,
    /** Stops the timer and aborts the request if it is still open. */
    end(): void {
      clearTimeout(timer);
      caller.removeEventListener("abort", giveUp);
      controller.abort();
    },
  };
}
