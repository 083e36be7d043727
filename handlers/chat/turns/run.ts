import { resolvesWithin } from "../../lib/time.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ChatPart } from "../parts.ts";
import { endOfBatch, toPart, type KeptPart } from "./kept-parts.ts";

/** Adds a part to an answer and wakes its readers. */
export type Emit = (part: ChatPart) => void;

/** Parts that are ready together; `first` is the first one's position in the run. */
export interface PartBatch {
  readonly first: number;
  readonly parts: readonly ChatPart[];
}

/** The wire format that the question asked for; a reader who resumes the run gets the same one. */
export type Dialect = "docent" | "ai-sdk" | "openai";

/** Milliseconds for which a finished run can still be read after a lost connection. */
const keptMilliseconds = 60_000;

/**
 * An answer that is being written. It belongs to its conversation and not to a connection: readers may leave
 * and return, and each reads all parts from the position it asks for.
 */
export interface Run {
  readonly conversationId: string;
  readonly messageId: string;
  readonly dialect: Dialect;
  /** Whether the conversation and the answer are stored. */
  readonly kept: boolean;
  readonly finished: boolean;
  /** Whether it is finished and could not be saved: this process has the only copy. */
  readonly unsaved: boolean;
  /** The number of parts so far. */
  readonly length: number;
  /** Settles after the last part. */
  readonly done: Promise<void>;
  read(from: number): AsyncGenerator<PartBatch, void, void>;
  /** Ends the answer and keeps its text so far. */
  stop(): void;
}

export interface RunSource {
  readonly conversationId: string;
  readonly messageId: string;
  readonly ownerId: string;
  /** `events` by default. */
  readonly dialect?: Dialect | undefined;
  /** True by default. */
  readonly kept?: boolean;
  /**
   * Whether the question came without a token: its reader may go on by the message's id alone, 74 random bits that
   * only this reader has.
   */
  readonly askedWithoutToken?: boolean;
  /** Never throws: a failure is its last part. The signal aborts when the answer must end early. */
  readonly work: (emit: Emit, signal: AbortSignal) => Promise<void>;
}

/** The most unsaved runs that are kept while the process lives; the oldest goes first. */
const mostUnsaved = 500;

/** Milliseconds for which stopped runs may save their text. */
const endingMilliseconds = 1500;

interface RunEntry {
  readonly run: Run;
  ownerId: string;
  readonly askedWithoutToken: boolean;
  finishedAt: number | undefined;
}

type Owned = Pick<RunSource, "conversationId" | "ownerId">;

const keyOf = ({ conversationId, ownerId }: Owned) => `${ownerId} ${conversationId}`;

/** Creates the list of this process's runs: one answer at a time for each conversation. */
export function createRuns(clock: Clock) {
  const runs = new Map<string, RunEntry>();
  const beginning = new Map<string, Promise<unknown>>();

  /** Called at each access; a timer would keep an idle process alive. */
  const forgetFinished = () => {
    const now = clock.monotonic();
    const old = [...runs].filter(
      ([, { finishedAt }]) => finishedAt !== undefined && now - finishedAt > keptMilliseconds,
    );
    const unsaved = old.filter(([, { run }]) => run.unsaved);
    const saved = old.filter(([, { run }]) => !run.unsaved);
    for (const [id] of [...saved, ...unsaved.slice(0, -mostUnsaved)]) runs.delete(id);
  };

  /** Settles when no answer is running and no turn is beginning. */
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
     * Calls `work`, which begins a turn, unless one of this owner's is running in the conversation: then
     * `busy`. Only the owner's turns count, so that no other user can block a conversation.
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

    /** The conversation's latest run; waits for a turn that is just beginning. */
    async findBegun({ conversationId, ownerId }: Owned): Promise<Run | undefined> {
      await Promise.allSettled([beginning.get(keyOf({ conversationId, ownerId }))]);
      return runs.get(conversationId)?.run;
    },

    start(source: RunSource): Run {
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
      for (const entry of runs.values()) if (entry.ownerId === ownerId) entry.run.stop();
    },

    /** The conversation's latest run, until 60 s after its end; one that could not be saved for longer. */
    find(conversationId: string): Run | undefined {
      forgetFinished();
      return runs.get(conversationId)?.run;
    },

    /**
     * The run that writes this message, for its owner, or for a caller without a token (undefined) where the question
     * came without one. Found as long as by `find`.
     */
    findAnswer(messageId: string, ownerId: string | undefined): Run | undefined {
      forgetFinished();
      for (const { run, ...entry } of runs.values()) {
        if (run.messageId !== messageId) continue;
        const mayRead = ownerId === undefined ? entry.askedWithoutToken : entry.ownerId === ownerId;
        if (mayRead && run.kept) return run;
      }
      return undefined;
    },

    /** Waits up to `milliseconds` for running answers to end, then stops them. Returns how many are not saved. */
    async drain(milliseconds: number): Promise<number> {
      const all = settled();
      if (!(await resolvesWithin(all, milliseconds))) {
        for (const { run } of runs.values()) run.stop();
        // Not longer, so that a hanging model or database cannot keep the process alive.
        await resolvesWithin(all, endingMilliseconds);
      }
      return [...runs.values()].filter(({ run }) => !run.finished || run.unsaved).length;
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
  const parts: KeptPart[] = [];
  const controller = new AbortController();
  let finished = false;
  let unsaved = false;
  /** Readers that wait for the next part. */
  let waiting: (() => void)[] = [];
  const wake = () => {
    if (waiting.length === 0) return;
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  const emit: Emit = (part) => {
    parts.push(part.type === "text-delta" ? part.text : part);
    if (part.type === "failed") unsaved = part.code === "answer_not_saved";
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
    get unsaved() {
      return unsaved;
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
          const first = position;
          position = endOfBatch(parts, first);
          yield { first, parts: parts.slice(first, position).map(toPart) };
        } else if (finished) return;
        else await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
