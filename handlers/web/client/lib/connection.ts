import type { Api, Message } from "./api.ts";
import { siteName } from "./site-name.ts";
import { readServerEvents } from "../../../lib/server-events.ts";
import { RequestFailure } from "./request.ts";
import { parseChatEvent, type ShownEvent, type Trouble } from "./wire.ts";

/** Heartbeats come at least every 15 s: a connection silent for longer than this is dead. */
const silence = 40_000;
const pauses = [300, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000];

export interface Listener {
  hear(event: ShownEvent): void;
  /** Shows a status line; an empty one means that the connection works again. */
  report(line: string): void;
  /** The conversation to resume, once it is known. */
  conversation(): string | undefined;
}

/**
 * Reads an answer to its end, over several connections if needed. Resolves to false when the answer ended while
 * the page was disconnected: then it is in the stored conversation.
 *
 * @throws RequestFailure, or the AbortError of `signal`
 */
export async function hearAnswer(
  api: Api,
  message: Message | undefined,
  listener: Listener,
  signal: AbortSignal,
): Promise<boolean> {
  let lastEventId = "";
  let attempts = 0;
  let asked = message === undefined;
  for (;;) {
    const connection = new AbortController();
    const either = AbortSignal.any([signal, connection.signal]);
    let timer = setTimeout(() => connection.abort(), silence);
    try {
      const conversation = listener.conversation();
      const stream =
        !asked && message
          ? await api.ask(message, either)
          : await api.resume(conversation ?? "", lastEventId, either);
      if (!stream) return false;
      asked = true;
      listener.report("");
      const onBytes = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => connection.abort(), silence);
      };
      for await (const { id, data } of readServerEvents(stream, onBytes)) {
        lastEventId = id;
        attempts = 0;
        const event = parseChatEvent(data);
        if (event) listener.hear(event);
        if (event?.type === "done" || event?.type === "error") return true;
      }
    } catch (error) {
      // The server's refusal counts first: after the session's end, reconnecting is useless.
      if (error instanceof RequestFailure && !isPassing(error, asked)) throw error;
      signal.throwIfAborted();
    } finally {
      clearTimeout(timer);
    }
    const pause = pauses[attempts++];
    // Without a first event the server may have accepted the message, so only the reader may send it again.
    if (pause === undefined || (asked && !listener.conversation())) throw new RequestFailure(lost);
    listener.report(asked ? "Reconnecting…" : `${siteName()} is waking up…`);
    await rest(pause, signal);
  }
}

const lost: Trouble = {
  code: "connection_lost",
  detail: "The connection was lost before the answer was complete.",
  status: 0,
  retryable: true,
};

/** Whether waiting may help: the server is starting, or the network failed during an answer. */
function isPassing({ problem }: RequestFailure, asked: boolean): boolean {
  if (problem.status === 503) return problem.retryable;
  return asked && (problem.status === 0 || problem.status >= 500);
}

/** Waits, or until the network returns. @throws the reason of `signal` */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  signal.throwIfAborted();
}
