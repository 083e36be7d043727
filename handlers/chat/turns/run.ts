import type { ChatPart } from "../parts.ts";
import { endOfBatch, toPart, type KeptPart } from "./kept-parts.ts";

/** Adds a part to an answer and wakes its readers. */
export type Emit = (part: ChatPart) => void;

/** Parts that are ready together; `first` is the first one's position in the run. */
export interface PartBatch {
  readonly first: number;
  readonly parts: readonly ChatPart[];
  /** The part is no part of the run: it tells this reader alone that the run cannot be read on now. */
  readonly provisional?: true;
}

/** The wire format that the question asked for; a reader who resumes the run gets the same one. */
export type Dialect = "docent" | "ai-sdk" | "openai" | "openai-responses";

/**
 * `unsaved`: it has ended and could not be saved, so this process has the only copy. `interrupted`: its process has
 * not renewed it for some seconds; a process that was only cut off from the database may still end it.
 */
export type RunState = "running" | "ended" | "unsaved" | "interrupted";

/**
 * An answer and how it is written, as its readers see it. It belongs to its conversation and not to a connection:
 * readers may leave and return, and each reads all parts from the position it asks for.
 */
export interface Run {
  readonly conversationId: string;
  readonly messageId: string;
  readonly dialect: Dialect;
  /** What the dialect keeps of its request, as JSON; undefined: nothing. */
  readonly request: string | undefined;
  /** Whether the conversation and the answer are stored. */
  readonly kept: boolean;
  readonly state: RunState;
  /** The number of parts so far; Infinity where that is unknown, because another process writes it. */
  readonly length: number;
  read(from: number): AsyncIterableIterator<PartBatch, void, void>;
  /** Ends the answer, keeps its text so far, and resolves when that is saved. */
  end(): Promise<void>;
}

/** A run that this process writes. */
export interface OwnRun extends Run {
  /** Settles after the last part. */
  readonly done: Promise<void>;
}

/** A run as the turn sees it that writes it. */
export interface RunWriter {
  readonly emit: Emit;
  /** Aborts when the answer must end early. */
  readonly signal: AbortSignal;
  /** The parts from a position on. */
  partsFrom(position: number): readonly KeptPart[];
  /** Ends the answer early. */
  stop(): void;
}

export interface RunSource {
  readonly conversationId: string;
  readonly messageId: string;
  /** `docent` by default. */
  readonly dialect?: Dialect | undefined;
  readonly request?: string | undefined;
  /** True by default. */
  readonly kept?: boolean;
  /** Never throws: a failure is its last part. */
  readonly work: (run: RunWriter) => Promise<void>;
}

/** Starts to write an answer in this process. */
export function startRun({
  conversationId,
  messageId,
  dialect = "docent",
  request,
  kept = true,
  work,
}: RunSource): OwnRun {
  const parts: KeptPart[] = [];
  const controller = new AbortController();
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
    run.length = parts.push(part.type === "text-delta" ? part.text : part);
    if (part.type === "failed") unsaved = part.code === "answer_not_saved";
    wake();
  };
  const stop = () => controller.abort();
  const partsFrom = (position: number) => parts.slice(position);
  const finish = async () => {
    await work({ emit, signal: controller.signal, partsFrom, stop });
    run.state = unsaved ? "unsaved" : "ended";
    wake();
  };

  // Fields instead of getters: an object with getters takes 800 bytes more.
  const run = {
    conversationId,
    messageId,
    dialect,
    request,
    kept,
    state: "running" as RunState,
    length: 0,
    done: Promise.resolve(),
    end() {
      stop();
      return run.done;
    },
    // Not a generator, which would put four more microtasks between a part and its reader.
    read(from: number): AsyncIterableIterator<PartBatch, void, void> {
      let position = from;
      let hasLeft = false;
      const take = (): IteratorResult<PartBatch, void> => {
        if (hasLeft || position >= parts.length) return { done: true, value: undefined };
        const first = position;
        position = endOfBatch(parts, first);
        return { done: false, value: { first, parts: parts.slice(first, position).map(toPart) } };
      };
      return {
        next() {
          const mustWait = position >= parts.length && run.state === "running" && !hasLeft;
          if (!mustWait) return Promise.resolve(take());
          return new Promise((resolve) => waiting.push(() => resolve(take())));
        },
        return() {
          hasLeft = true;
          return Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
  run.done = finish();
  return run;
}
