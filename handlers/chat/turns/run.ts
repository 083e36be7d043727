import { resolvesWithin } from "../../lib/time.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ChatPart } from "../parts.ts";

/** Adds a part to an answer; readers hear of it. */
export type Emit = (part: ChatPart) => void;

/** Parts ready together; `first` is the position of the first one in the run. */
export interface PartBatch {
  readonly first: number;
  readonly parts: readonly ChatPart[];
}

/** How the one who asked wants to be answered; who comes back to a run is answered in the same way. */
export type Dialect = "docent" | "ai-sdk";

/** How long a finished run can still be read by somebody who lost the connection. */
const keptMilliseconds = 60_000;

/**
 * An answer being made. It belongs to the conversation, not to a connection: readers come, go and come
 * back, and each sees every part from the position it asks for.
 */
export interface Run {
  readonly conversationId: string;
  readonly messageId: string;
  readonly dialect: Dialect;
  /** Whether the conversation is stored, and the answer with it. */
  readonly kept: boolean;
  readonly finished: boolean;
  /** How many parts there are so far. */
  readonly length: number;
  /** Settles when the last part is there. */
  readonly done: Promise<void>;
  read(from: number): AsyncGenerator<PartBatch, void, void>;
  /** Ends the answer here and keeps what was said. */
  stop(): void;
}

export interface RunSource {
  readonly conversationId: string;
  readonly messageId: string;
  readonly ownerId: string;
  /** `events` where it is not said. */
  readonly dialect?: Dialect | undefined;
  /** True where it is not said. */
  readonly kept?: boolean;
  /** Never throws: what goes wrong is its last part. Aborted when the answer is to end early. */
  readonly work: (emit: Emit, signal: AbortSignal) => Promise<void>;
}

/** How long runs that were told to stop may take to save what they have. */
const endingMilliseconds = 5000;

type Owned = Pick<RunSource, "conversationId" | "ownerId">;

const keyOf = ({ conversationId, ownerId }: Owned) => `${ownerId} ${conversationId}`;

/** The runs of this process. */
export function createRuns(clock: Clock) {
  const runs = new Map<string, { run: Run; ownerId: string; finishedAt: number | undefined }>();
  const beginning = new Map<string, Promise<unknown>>();

  /** Not by a timer, which would keep a process waiting that has nothing left to do. */
  const forgetFinished = () => {
    for (const [id, { finishedAt }] of runs) {
      if (finishedAt !== undefined && clock.now() - finishedAt > keptMilliseconds) runs.delete(id);
    }
  };

  /** Every answer that is being made, those included whose question is just being written. */
  const settled = async (): Promise<void> => {
    for (;;) {
      await Promise.allSettled(beginning.values());
      const open = [...runs.values()].filter(({ run }) => !run.finished);
      if (open.length === 0 && beginning.size === 0) return;
      await Promise.all(open.map(({ run }) => run.done));
    }
  };

  return {
    /**
     * Begins one turn of a conversation at a time: `busy` while the owner's last one is under way. By
     * owner, so that nobody can keep another's conversation busy.
     */
    async begin<Begun>(
      { conversationId, ownerId }: Owned,
      work: () => Promise<Begun>,
    ): Promise<Begun | "busy"> {
      const key = keyOf({ conversationId, ownerId });
      const current = runs.get(conversationId);
      const isAnswering = current && !current.run.finished && current.ownerId === ownerId;
      if (isAnswering || beginning.has(key)) return "busy";
      const begun = work();
      beginning.set(key, begun);
      try {
        return await begun;
      } finally {
        beginning.delete(key);
      }
    },

    /** The conversation's latest run, when the turn that is just beginning, if one is, has begun. */
    async findBegun({ conversationId, ownerId }: Owned): Promise<Run | undefined> {
      await Promise.allSettled([beginning.get(keyOf({ conversationId, ownerId }))]);
      return runs.get(conversationId)?.run;
    },

    start(source: RunSource): Run {
      forgetFinished();
      const entry = {
        run: startRun(source),
        ownerId: source.ownerId,
        finishedAt: undefined as number | undefined,
      };
      runs.set(source.conversationId, entry);
      void entry.run.done.then(() => (entry.finishedAt = clock.now()));
      return entry.run;
    },

    /** A guest has become an account, and what runs for the one is the other's. */
    changeOwner(from: string, to: string): void {
      for (const entry of runs.values()) if (entry.ownerId === from) entry.ownerId = to;
    },

    /** Ends an owner's answers with what they have. */
    stopOf(ownerId: string): void {
      for (const entry of runs.values()) if (entry.ownerId === ownerId) entry.run.stop();
    },

    /** The conversation's latest run, for a minute after it has finished too. */
    find(conversationId: string): Run | undefined {
      forgetFinished();
      return runs.get(conversationId)?.run;
    },

    /** Lets running answers finish for so many milliseconds, then ends them with what they have. */
    async drain(milliseconds: number): Promise<void> {
      const all = settled();
      if (await resolvesWithin(all, milliseconds)) return;
      for (const { run } of runs.values()) run.stop();
      // Not for ever: a model or a database that hangs must not keep the process from ending.
      await resolvesWithin(all, endingMilliseconds);
    },
  };
}

export type Runs = ReturnType<typeof createRuns>;

function startRun({
  conversationId,
  messageId,
  dialect = "docent",
  kept = true,
  work,
}: RunSource): Run {
  /** A piece of text as it is: an object around each would be most of what an answer takes of memory. */
  const parts: (ChatPart | string)[] = [];
  const controller = new AbortController();
  let finished = false;
  /** Readers that have seen everything. */
  let waiting: (() => void)[] = [];
  const wake = () => {
    if (waiting.length === 0) return;
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  const emit: Emit = (part) => {
    parts.push(part.type === "text-delta" ? part.text : part);
    wake();
  };
  const finish = async () => {
    await work(emit, controller.signal);
    finished = true;
    wake();
  };

  return {
    conversationId,
    messageId,
    dialect,
    kept,
    get finished() {
      return finished;
    },
    get length() {
      return parts.length;
    },
    done: finish(),
    stop: () => controller.abort(),
    async *read(from) {
      let position = from;
      for (;;) {
        if (position < parts.length) {
          const batch = { first: position, parts: parts.slice(position).map(toPart) };
          position = parts.length;
          yield batch;
        } else if (finished) return;
        else await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

function toPart(part: ChatPart | string): ChatPart {
  return typeof part === "string" ? { type: "text-delta", text: part } : part;
}
