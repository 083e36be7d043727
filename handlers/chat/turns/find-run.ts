import type { Clock } from "../../ports/clock.ts";
import type { OwnRun, Run } from "./run.ts";
import type { Runs } from "./runs.ts";
import type { RunStore, StoredRun } from "./store-runs.ts";
import { openStoredRun } from "./stored-run.ts";

export interface FindRunDependencies {
  readonly runs: Runs;
  readonly runStore: RunStore;
  readonly clock: Clock;
}

/**
 * The user's conversation with this id or client's name, and its latest run: this process's own, or one that is read
 * from its log.
 *
 * @throws PortFailure
 */
export async function findLatestRun(
  userId: string,
  name: string,
  deps: FindRunDependencies,
): Promise<{ conversationId: string; run: Run | undefined } | undefined> {
  const found = await deps.runStore.findLatest(userId, name);
  if (!found) return undefined;
  const { conversationId, run: stored } = found;
  const own = deps.runs.find(conversationId);
  // The conversation may have gone on elsewhere; ids are in order of time.
  const isLatest = own && (!stored || own.messageId >= stored.messageId);
  return { conversationId, run: isLatest ? own : openIfLogged(stored ?? undefined, deps) };
}

/**
 * The run of an answer, for its owner, or for a caller without a token (undefined) where the question came without
 * one. Undefined a day after it began.
 *
 * @throws PortFailure
 */
export async function findAnswerRun(
  ownerId: string | undefined,
  messageId: string,
  deps: FindRunDependencies,
): Promise<OwnRun | Run | undefined> {
  const own = deps.runs.findAnswer(messageId, ownerId);
  return own ?? openIfLogged(await deps.runStore.findAnswer(ownerId, messageId), deps);
}

function openIfLogged(stored: StoredRun | undefined, deps: FindRunDependencies): Run | undefined {
  const isGone = !stored || (stored.state === "ended" && stored.length === 0);
  return isGone ? undefined : openStoredRun(stored, deps);
}
