import type { Admitted, Checked } from "../../http/access/admission.ts";
import { createBoundedCache } from "../../lib/cache.ts";
import type { Clock } from "../../ports/clock.ts";

/** The most payers that are remembered; the one remembered longest is forgotten first. */
const mostSpent = 10_000;
/** Milliseconds for which a caller whose session has ended is remembered. */
const signedOutMilliseconds = 60_000;

/** What was begun, and the result of the work beside it; undefined: there was none. */
export interface HeadStart<Begun, Result> {
  readonly begun: Checked<Begun>;
  readonly ahead: Promise<Result> | undefined;
}

/**
 * Begins an admitted caller's next work while the statement that counts the request is under way, which saves the wait
 * for a round trip. A refused caller's work would be done in vain, and refusals must stay cheap: one payer has one such
 * work at a time, and none after the last request that the limit allows, until it allows another one.
 */
export function createHeadStarts(clock: Clock) {
  /** By payer. */
  const spentUntil = createBoundedCache<string, number>(mostSpent);
  const underWay = new Set<string>();

  const mayGoAhead = (payer: string) =>
    !underWay.has(payer) && (spentUntil.get(payer) ?? 0) <= clock.monotonic();

  const note = (payer: string, checked: Checked<unknown>) => {
    const wait = checked.kind === "signed-out" ? signedOutMilliseconds : waitAfter(checked.permit);
    if (wait > 0) spentUntil.set(payer, clock.monotonic() + wait);
  };

  return {
    /**
     * @param work returns undefined where nothing can be done ahead
     * @throws what `begin` throws
     */
    async beside<Begun, Result>(
      payer: string,
      begin: () => Promise<Checked<Begun>>,
      work: () => Promise<Result> | undefined,
    ): Promise<HeadStart<Begun, Result>> {
      const isAhead = mayGoAhead(payer);
      if (isAhead) underWay.add(payer);
      try {
        const beginning = begin();
        const ahead = isAhead ? work() : undefined;
        // A turn that begins awaits the work, and reports its failure.
        ahead?.catch(() => undefined);
        const begun = await beginning;
        note(payer, begun);
        return { begun, ahead };
      } finally {
        if (isAhead) underWay.delete(payer);
      }
    },
  };
}

/** Milliseconds until the limit allows another request. */
function waitAfter(permit: Admitted<unknown>["permit"]): number {
  return permit && permit.remaining === 0 ? permit.reset_seconds * 1000 : 0;
}

export type HeadStarts = ReturnType<typeof createHeadStarts>;
