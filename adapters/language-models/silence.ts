import type { PortFailure } from "../../handlers/ports/failure.ts";
import { silenceFailure } from "./failures.ts";

/** How long usage and `[DONE]` are waited for once a model has said why it ends. */
const endingMilliseconds = 2000;

interface Limits {
  /** Milliseconds. */
  readonly firstTokenTimeout: number;
  readonly idleTimeout: number;
}

/**
 * Ends a request that is silent for too long, or that its caller gives up. One timer looks again when it
 * goes off: a token costs it a look at the clock. Heartbeats are silence too: a model that says
 * nothing but "processing" has said nothing.
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
    /** For the request. */
    signal: controller.signal,
    /** A piece of the answer has come. */
    heard(): void {
      since = performance.now();
      if (limit === limits.idleTimeout) return;
      limit = limits.idleTimeout;
      what = "fell silent";
      clearTimeout(timer);
      timer = setTimeout(look, limit);
    },
    /** The answer is whole, its end outstanding. */
    ending(): void {
      if (limit === endingMilliseconds) return;
      since = performance.now();
      limit = endingMilliseconds;
      clearTimeout(timer);
      timer = setTimeout(look, limit);
    },
    /** Why the request was ended, where it was for silence. */
    failure: () => failure,
    /** Lets go of everything; the request too, where it is still open. */
    end(): void {
      clearTimeout(timer);
      caller.removeEventListener("abort", giveUp);
      controller.abort();
    },
  };
}
