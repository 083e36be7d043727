import { problemOf } from "../../lib/request.ts";
import type { NamedBytes, UploadAnswer } from "../api.ts";
import type { PickedFile } from "./picked.ts";

export type UploadState =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending" }
  | { readonly kind: "done"; readonly result: "added" | "changed" | "unchanged" }
  | { readonly kind: "failed"; readonly reason: string; readonly retry: "may-help" | "in-vain" }
  | { readonly kind: "cancelled" };

export interface Upload extends PickedFile {
  readonly state: UploadState;
}

/** Nothing is sent until a time. `limit`: the server asked for it. `outage`: it did not answer. */
export interface Pause {
  readonly until: number;
  readonly cause: "limit" | "outage";
}

export interface UploadQueue {
  /** Adds files; one with the path of an earlier one takes its place. */
  add(uploads: readonly Upload[]): void;
  /** Sends the failed ones for which that may help, and the cancelled ones, again. */
  retry(): void;
  /** Stops sending; files of which the server has not answered count as cancelled. */
  cancel(): void;
  clear(): void;
  all(): readonly Upload[];
  /** Undefined: nothing keeps it waiting. */
  pause(): Pause | undefined;
}

// The server takes 100 files at once; fewer show progress sooner.
const filesAtOnce = 20;
const bytesAtOnce = 2 * 1024 * 1024;
const requestsAtOnce = 3;
const attempts = 4;

export interface UploadDependencies {
  /** Sends some files. @throws RequestFailure, or an AbortError */
  readonly send: (files: readonly NamedBytes[], signal: AbortSignal) => Promise<UploadAnswer>;
  /** Called after each change. */
  readonly onChange: () => void;
  /** Resolves after this many milliseconds. @throws the signal's reason */
  readonly rest: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Sends files in small batches, at most three at a time, and keeps the state of each. */
export function createUploadQueue({ send, onChange, rest }: UploadDependencies): UploadQueue {
  const uploads = new Map<string, Upload>();
  let running = 0;
  let stopping = new AbortController();
  let pause: Pause | undefined;

  const isWaiting = ({ state }: Upload) => state.kind === "waiting";

  function mark(some: readonly Upload[], state: UploadState): void {
    for (const { path, file } of some) uploads.set(path, { path, file, state });
    onChange();
  }

  function nextBatch(): Upload[] {
    const batch: Upload[] = [];
    let size = 0;
    for (const upload of uploads.values()) {
      if (!isWaiting(upload)) continue;
      if (batch.length > 0 && size + upload.file.size > bytesAtOnce) break;
      batch.push(upload);
      size += upload.file.size;
      if (batch.length === filesAtOnce) break;
    }
    return batch;
  }

  async function work(signal: AbortSignal): Promise<void> {
    for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
      mark(batch, { kind: "sending" });
      await sendBatch(batch, signal);
      if (signal.aborted) return;
    }
  }

  async function sendBatch(batch: readonly Upload[], signal: AbortSignal): Promise<void> {
    const files: NamedBytes[] = [];
    const readable: Upload[] = [];
    for (const upload of batch) {
      try {
        files.push({ path: upload.path, bytes: await upload.file.arrayBuffer() });
        readable.push(upload);
      } catch {
        const reason = "This browser could not read the file. It may have been moved or changed.";
        mark([upload], { kind: "failed", reason, retry: "may-help" });
      }
    }
    if (files.length === 0) return;
    try {
      settle(readable, await persist(files, signal));
    } catch (error) {
      if (signal.aborted) return mark(readable, { kind: "cancelled" });
      const { detail, retryable } = problemOf(error);
      const retry = retryable ? "may-help" : "in-vain";
      mark(readable, { kind: "failed", reason: detail, retry });
    }
  }

  /** Sends a batch, again after a wait where that may help. A rate limit is waited out however often it is met. */
  async function persist(files: readonly NamedBytes[], signal: AbortSignal): Promise<UploadAnswer> {
    for (let attempt = 1; ;) {
      await waitForPause(signal);
      try {
        return await send(files, signal);
      } catch (error) {
        const { status, retryable, retryAfter } = problemOf(error);
        if (signal.aborted || !retryable) throw error;
        if (status !== 429 && attempt++ === attempts) throw error;
        const seconds = retryAfter ?? 2 ** (attempt - 2);
        const cause = status === 429 ? "limit" : "outage";
        pause = { until: Date.now() + seconds * 1000, cause };
        onChange();
      }
    }
  }

  async function waitForPause(signal: AbortSignal): Promise<void> {
    while (pause) {
      const left = pause.until - Date.now();
      if (left <= 0) {
        pause = undefined;
        onChange();
      } else await rest(left, signal);
    }
  }

  function settle(batch: readonly Upload[], { documents, failed }: UploadAnswer): void {
    const results = new Map(documents.map(({ document, result }) => [document.path, result]));
    const failures = new Map(failed.map(({ path, failure }) => [path, failure]));
    for (const upload of batch) {
      const result = results.get(upload.path);
      const reason = failures.get(upload.path) ?? "The server did not say what became of it.";
      mark(
        [upload],
        result ? { kind: "done", result } : { kind: "failed", reason, retry: "in-vain" },
      );
    }
  }

  function start(): void {
    const { signal } = stopping;
    while (running < requestsAtOnce && [...uploads.values()].some(isWaiting)) {
      running += 1;
      void work(signal).finally(() => {
        running -= 1;
        start();
        onChange();
      });
    }
  }

  return {
    add(more) {
      for (const upload of more) {
        if (uploads.get(upload.path)?.state.kind !== "sending") uploads.set(upload.path, upload);
      }
      onChange();
      start();
    },
    retry() {
      const again = [...uploads.values()].filter(
        ({ state }) =>
          state.kind === "cancelled" || (state.kind === "failed" && state.retry === "may-help"),
      );
      mark(again, { kind: "waiting" });
      start();
    },
    cancel() {
      stopping.abort();
      stopping = new AbortController();
      pause = undefined;
      mark([...uploads.values()].filter(isWaiting), { kind: "cancelled" });
    },
    clear() {
      uploads.clear();
      onChange();
    },
    all: () => [...uploads.values()],
    pause: () => pause,
  };
}
