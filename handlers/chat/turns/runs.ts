import { resolvesWithin } from "../../lib/time.ts";
import type { Clock } from "../../ports/clock.ts";
import { startRun, type OwnRun, type RunSource } from "./run.ts";

/** Milliseconds for which a finished run is kept in memory, so that a reader who comes back needs no database. */
const keptMilliseconds = 60_000;

export interface OwnedRunSource extends RunSource {
  readonly ownerId: string;
  /**
   * Whether the question came without a token: its reader may go on by the message's id alone, 74 random bits that
   * only this reader has.
   */
  readonly askedWithoutToken?: boolean;
}

/** The most unsaved runs that are kept while the process lives; the oldest goes first. */
const mostUnsaved = 500;

/** Milliseconds for which stopped runs may save their text. */
const endingMilliseconds = 1500;

interface RunEntry {
  readonly run: OwnRun;
  ownerId: string;
  readonly askedWithoutToken: boolean;
  finishedAt: number | undefined;
}

type Owned = Pick<OwnedRunSource, "conversationId" | "ownerId">;

const keyOf = ({ conversationId, ownerId }: Owned) => `${ownerId} ${conversationId}`;

/** Creates the list of this process's runs: one answer at a time for each conversation. */
export function createRuns(clock: Clock) {
  const runs = new Map<string, RunEntry>();
  const beginning = new Map<string, Promise<unknown>>();
  const closing = new AbortController();

  /** Called at each access; a timer would keep an idle process alive. */
  const forgetFinished = () => {
    const now = clock.monotonic();
    const old = [...runs].filter(
      ([, { finishedAt }]) => finishedAt !== undefined && now - finishedAt > keptMilliseconds,
    );
    const unsaved = old.filter(([, { run }]) => run.state === "unsaved");
    const saved = old.filter(([, { run }]) => run.state !== "unsaved");
    for (const [id] of [...saved, ...unsaved.slice(0, -mostUnsaved)]) runs.delete(id);
  };

  /** Settles when no answer is running and no turn is beginning. */
  const settled = async (): Promise<void> => {
    for (;;) {
      await Promise.allSettled(beginning.values());
      const open = [...runs.values()].filter(({ run }) => run.state === "running");
      if (open.length === 0 && beginning.size === 0) return;
      await Promise.all(open.map(({ run }) => run.done));
    }
  };

  return {
    /**
     * Calls `work`, which begins a turn, unless one of this owner's is running in the conversation: then
     * `busy`. Only the owner's turns count, so that no other user can block a conversation.
     */
    async begin<Begun>(
      { conversationId, ownerId }: Owned,
      work: () => Promise<Begun>,
    ): Promise<Begun | "busy"> {
      const key = keyOf({ conversationId, ownerId });
      const current = runs.get(conversationId);
      const isAnswering = current?.run.state === "running" && current.ownerId === ownerId;
      if (isAnswering || beginning.has(key)) return "busy";
      const begun = work();
      beginning.set(key, begun);
      try {
        return await begun;
      } finally {
        beginning.delete(key);
      }
    },

    /** The conversation's latest run; waits for a turn that is just beginning. */
    async findBegun({ conversationId, ownerId }: Owned): Promise<OwnRun | undefined> {
      await Promise.allSettled([beginning.get(keyOf({ conversationId, ownerId }))]);
      return runs.get(conversationId)?.run;
    },

    start(source: OwnedRunSource): OwnRun {
      forgetFinished();
      const { ownerId, askedWithoutToken = false } = source;
      const run = startRun(source);
      const entry: RunEntry = { run, ownerId, askedWithoutToken, finishedAt: undefined };
      runs.set(source.conversationId, entry);
      void entry.run.done.then(() => (entry.finishedAt = clock.monotonic()));
      return entry.run;
    },

    /** Hands a guest's runs to the account that the guest became. */
    changeOwner(from: string, to: string): void {
      for (const entry of runs.values()) if (entry.ownerId === from) entry.ownerId = to;
    },

    /** Stops all running answers of an owner; their text so far is kept. */
    stopOf(ownerId: string): void {
      for (const entry of runs.values()) if (entry.ownerId === ownerId) void entry.run.end();
    },

    /** The conversation's latest run, until 60 s after its end; one that could not be saved for longer. */
    find(conversationId: string): OwnRun | undefined {
      forgetFinished();
      return runs.get(conversationId)?.run;
    },

    /**
     * The run that writes this message, for its owner, or for a caller without a token (undefined) where the question
     * came without one. Found as long as by `find`.
     */
    findAnswer(messageId: string, ownerId: string | undefined): OwnRun | undefined {
      forgetFinished();
      for (const { run, ...entry } of runs.values()) {
        if (run.messageId !== messageId) continue;
        const mayRead = ownerId === undefined ? entry.askedWithoutToken : entry.ownerId === ownerId;
        if (mayRead && run.kept) return run;
      }
      return undefined;
    },

    /** Aborts when this process can no longer read the runs of others. */
    closing: closing.signal,

    /** Waits up to `milliseconds` for running answers to end, then stops them. Returns how many are not saved. */
    async drain(milliseconds: number): Promise<number> {
      const all = settled();
      if (!(await resolvesWithin(all, milliseconds))) {
        for (const { run } of runs.values()) void run.end();
        // Not longer, so that a hanging model or database cannot keep the process alive.
        await resolvesWithin(all, endingMilliseconds);
      }
      closing.abort();
      return [...runs.values()].filter(({ run }) => run.state !== "ended").length;
    },
  };
}

export type Runs = ReturnType<typeof createRuns>;
